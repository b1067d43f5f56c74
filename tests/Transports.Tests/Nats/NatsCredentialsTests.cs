using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using HighPerf.Connections;
using HighPerf.State;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using NATS.NKeys;

namespace HighPerf.Transports.Tests.Nats;

/// <summary>Logins by Ed25519 keys, on real servers: a seed that the server knows, and credentials of a decentralised account.</summary>
public sealed class NatsCredentialsTests : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-credentials-").FullName;
    private readonly KeyPair _user = KeyPair.CreatePair(PrefixByte.User);
    private readonly KeyPair _other = KeyPair.CreatePair(PrefixByte.User);

    private string Credentials => Path.Combine(_directory, "worker.creds");

    private string Configuration => Path.Combine(_directory, "server.conf");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            await _owned[i].DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_seed_that_the_server_knows_opens_it_and_another_is_refused_without_being_repeated()
    {
        var host = await HostAsync(Knowing(_user));
        await File.WriteAllTextAsync(Credentials, _user.GetSeed() + "\n" + _user.GetPublicKey() + "\n");
        await AssertWorksAsync(await StartAsync(host.Address));
        await using var store = new NatsStateStore(host.Address, new NatsStoreOptions { CredentialsFile = Credentials });
        Assert.True(await store.TryAddAsync("k", new byte[] { 1 }, TimeSpan.FromMinutes(1), default));

        await File.WriteAllTextAsync(Credentials, _other.GetSeed());
        var refusal = await Assert.ThrowsAsync<ConnectionRefusedException>(() => StartAsync(host.Address));
        Assert.Contains("Authorization Violation", refusal.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(_other.GetSeed(), refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_is_read_for_each_connection()
    {
        var host = await HostAsync(Knowing(_user));
        await File.WriteAllTextAsync(Credentials, _user.GetSeed());
        var transport = await StartAsync(host.Address);
        await AssertWorksAsync(transport);

        host.Kill();
        await File.WriteAllTextAsync(Configuration, Knowing(_other));
        await File.WriteAllTextAsync(Credentials, _other.GetSeed());
        await host.StartAsync();
        await AssertWorksAsync(transport);
    }

    [Fact]
    public async Task Credentials_of_a_decentralised_account_open_the_server_that_trusts_its_operator()
    {
        using var operators = KeyPair.CreatePair(PrefixByte.Operator);
        using var system = KeyPair.CreatePair(PrefixByte.Account);
        using var account = KeyPair.CreatePair(PrefixByte.Account);
        const string Limits = """{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1,"mem_storage":-1,"disk_storage":-1,"streams":-1,"consumer":-1}""";
        var host = await HostAsync($$"""
            operator: {{Sign(operators, operators, $$"""{"type":"operator","version":2,"system_account":"{{system.GetPublicKey()}}"}""")}}
            system_account: {{system.GetPublicKey()}}
            resolver: MEMORY
            resolver_preload: {
              {{system.GetPublicKey()}}: {{Sign(operators, system, """{"type":"account","version":2,"limits":{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1}}""")}}
              {{account.GetPublicKey()}}: {{Sign(operators, account, $$"""{"type":"account","version":2,"limits":{{Limits}}}""")}}
            }
            """);
        var jwt = Sign(account, _user, """{"type":"user","version":2,"subs":-1,"data":-1,"payload":-1,"pub":{},"sub":{}}""");
        await File.WriteAllTextAsync(Credentials, $"""
            -----BEGIN NATS USER JWT-----
            {jwt}
            ------END NATS USER JWT------

            ************************* IMPORTANT *************************
            NKEY Seed printed below can be used to sign and prove identity.

            -----BEGIN USER NKEY SEED-----
            {_user.GetSeed()}
            ------END USER NKEY SEED------
            """);
        await AssertWorksAsync(await StartAsync(host.Address));

        // The JWT of one user and the key of another.
        await File.WriteAllTextAsync(Credentials, (await File.ReadAllTextAsync(Credentials)).Replace(_user.GetSeed(), _other.GetSeed(), StringComparison.Ordinal));
        var refusal = await Assert.ThrowsAsync<ConnectionRefusedException>(() => StartAsync(host.Address));
        Assert.DoesNotContain(jwt, refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_of_no_use_is_named_with_what_is_wrong_and_without_what_is_in_it()
    {
        var host = await HostAsync(Knowing(_user));
        using var account = KeyPair.CreatePair(PrefixByte.Account);
        var damaged = _user.GetSeed()[..^2] + (_user.GetSeed().EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA");
        foreach (var (text, expected) in new[]
        {
            ("nothing here", "no seed"),
            (account.GetSeed(), "not a user's"),
            (damaged, "damaged"),
            (damaged[..20], "damaged"),
            ("S\u00fc\u0000", "damaged"),
            (new string('S', 70_000), "more than 65536 bytes"),
        })
        {
            await File.WriteAllTextAsync(Credentials, text);
            await AssertRefusedAsync(host.Address, expected, text);
        }

        File.Delete(Credentials);
        await AssertRefusedAsync(host.Address, "cannot be read", damaged);
        Assert.Throws<ArgumentException>(() => new NatsTransport("nats", "nats://joe:pw@127.0.0.1", new NatsTransportOptions { CredentialsFile = Credentials }));

        var open = await HostAsync("port: 0");
        await File.WriteAllTextAsync(Credentials, _user.GetSeed());
        await AssertRefusedAsync(open.Address, "asks for no signature", _user.GetSeed());
    }

    private async Task AssertRefusedAsync(string address, string expected, string secret)
    {
        var refusal = await Assert.ThrowsAsync<ConnectionRefusedException>(() => StartAsync(address));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Credentials, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, refusal.ToString(), StringComparison.Ordinal);
    }

    private static async Task AssertWorksAsync(NatsTransport transport)
    {
        var buffer = transport.Rent();
        buffer.Write("a"u8);
        var outcome = await transport.PublishAsync(transport.GetDestination("orders"), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, default);
        Assert.True(outcome.IsAccepted, outcome.ToString());
        await using var consumer = await TestConsumer.OpenAsync(transport, "orders");
        Assert.True(await consumer.Receiver.AcknowledgeAsync((await consumer.ReceiveAsync()).Token));
    }

    private async Task<NatsHost> HostAsync(string configuration)
    {
        await File.WriteAllTextAsync(Configuration, configuration);
        var host = new NatsHost("-c", Configuration);
        _owned.Add(host);
        await host.StartAsync();
        return host;
    }

    private async Task<NatsTransport> StartAsync(string address)
    {
        var transport = new NatsTransport("nats", address, new NatsTransportOptions { CredentialsFile = Credentials });
        _owned.Add(transport);
        await transport.StartAsync(default);
        return transport;
    }

    private static string Knowing(KeyPair user) => $"authorization {{ users = [ {{ nkey: {user.GetPublicKey()} }} ] }}";

    /// <summary>A JWT of NATS: an issuer signs what a subject may (github.com/nats-io/jwt, version 2).</summary>
    private static string Sign(KeyPair issuer, KeyPair subject, string claims)
    {
        var all = new JsonObject
        {
            ["jti"] = subject.GetPublicKey(),
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["iss"] = issuer.GetPublicKey(),
            ["name"] = "test",
            ["sub"] = subject.GetPublicKey(),
            ["nats"] = JsonNode.Parse(claims),
        };
        var text = $"{Base64Url.EncodeToString("""{"typ":"JWT","alg":"ed25519-nkey"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(all.ToJsonString()))}";
        var signature = new byte[64];
        issuer.Sign(Encoding.ASCII.GetBytes(text), signature);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }
}
