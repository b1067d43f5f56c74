using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;

namespace HighPerf.Transports.Tests.RabbitMq;

/// <summary>TLS with roots of one's own, and the login by certificate: the server asks for one and takes its common name as the user.</summary>
public sealed class RabbitMqTlsTests : IAsyncLifetime
{
    private const string Settings = """
        listeners.ssl.1 = 127.0.0.1:%TLS%
        ssl_options.cacertfile = %DIR%/ca.pem
        ssl_options.certfile = %DIR%/server.pem
        ssl_options.keyfile = %DIR%/server.key
        ssl_options.verify = verify_peer
        ssl_options.fail_if_no_peer_cert = true
        auth_mechanisms.1 = EXTERNAL
        auth_mechanisms.2 = PLAIN
        ssl_cert_login_from = common_name
        """;

    private readonly RabbitMqHost _host = new(isPrivate: true, settings: Settings, plugins: "rabbitmq_auth_mechanism_ssl");
    private readonly X509Certificate2 _root = Issue("highperf-root", null, isRoot: true);
    private X509Certificate2? _client;

    [Fact]
    public async Task LogsInByCertificateAndTrustsOnlyWhatItIsTold()
    {
        var trusting = Options(external: true);
        trusting.Tls.TrustedRoots = [X509CertificateLoader.LoadCertificate(_root.RawData)];
        await using (var transport = await StartAsync("", trusting))
        {
            var buffer = transport.Rent();
            buffer.Write("a"u8);
            Assert.True((await transport.PublishAsync(transport.GetDestination("tls"), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, CancellationToken.None)).IsAccepted);
            await using var consumer = await TestConsumer.OpenAsync(transport, "tls");
            var delivery = await consumer.ReceiveAsync();
            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }

        // By name and password over TLS.
        var plain = Options(external: false);
        plain.Tls.TrustedRoots = trusting.Tls.TrustedRoots;
        await (await StartAsync("guest:guest@", plain)).DisposeAsync();

        // A root that the system does not know.
        await Assert.ThrowsAsync<HighPerfException>(() => StartAsync("", Options(external: true)));

        // The right root and another name.
        var elsewhere = Options(external: true);
        elsewhere.Tls.TrustedRoots = trusting.Tls.TrustedRoots;
        elsewhere.Tls.TargetHost = "elsewhere";
        await Assert.ThrowsAsync<HighPerfException>(() => StartAsync("", elsewhere));

        // Anybody, because it was said so.
        var careless = Options(external: true);
        careless.Tls.AllowUntrustedPeer = true;
        await (await StartAsync("", careless)).DisposeAsync();
    }

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_host.DataDirectory);
        using var server = Issue("localhost", _root, isRoot: false);
        _client = Issue("guest", _root, isRoot: false);
        await File.WriteAllTextAsync(Path.Combine(_host.DataDirectory, "ca.pem"), _root.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_host.DataDirectory, "server.pem"), server.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_host.DataDirectory, "server.key"), server.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _client?.Dispose();
        _root.Dispose();
    }

    private RabbitMqTransportOptions Options(bool external)
    {
        var options = new RabbitMqTransportOptions { UseExternalLogin = external, StartTimeout = TimeSpan.FromSeconds(5) };
        options.Tls.ClientCertificates = [_client!];
        return options;
    }

    private async Task<RabbitMqTransport> StartAsync(string login, RabbitMqTransportOptions options)
    {
        var transport = new RabbitMqTransport("rabbit", $"amqps://{login}localhost:{_host.TlsPort}", options);
        try
        {
            await transport.StartAsync(CancellationToken.None);
            return transport;
        }
        catch
        {
            await transport.DisposeAsync();
            throw;
        }
    }

    private static X509Certificate2 Issue(string name, X509Certificate2? issuer, bool isRoot)
    {
        const int KeyBits = 2048;
        var key = RSA.Create(KeyBits);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isRoot, false, 0, critical: true));
        var (from, to) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        if (issuer is null)
        {
            return request.CreateSelfSigned(from, to);
        }

        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(issuer, from, to.AddMinutes(-1), Guid.NewGuid().ToByteArray()).CopyWithPrivateKey(key);
    }
}
