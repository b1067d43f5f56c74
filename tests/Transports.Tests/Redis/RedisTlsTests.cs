using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HighPerf.TestKit.Brokers;

namespace HighPerf.Transports.Tests.Redis;

/// <summary>TLS is verified unless it is said by name that it is not: S11.</summary>
public sealed class RedisTlsTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-tls-").FullName;
    private readonly X509Certificate2 _root;
    private readonly int _port;
    private readonly RedisHost _host;

    public RedisTlsTests()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=tests", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = rootRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=redis.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("redis.test");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3, 4]);
        File.WriteAllText(Path.Combine(_directory, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        _host = new RedisHost(
            "--tls-port", _port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--tls-cert-file", Path.Combine(_directory, "cert.pem"), "--tls-key-file", Path.Combine(_directory, "key.pem"),
            "--tls-ca-cert-file", Path.Combine(_directory, "cert.pem"), "--tls-auth-clients", "no");
    }

    public Task InitializeAsync() => _host.StartAsync();

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _root.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_trusted_certificate_with_the_right_name_is_taken()
    {
        var options = Options();
        options.Tls.TrustedRoots = [_root];
        options.Tls.TargetHost = "redis.test";
        await using var transport = Create(options);
        await transport.StartAsync(default);
        var buffer = transport.Rent();
        buffer.Write(new byte[200_000]);
        Assert.True((await transport.PublishAsync(transport.GetDestination("q"), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, default)).IsAccepted);
        await using var consumer = await TestKit.TestConsumer.OpenAsync(transport, "q");
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal(200_000, delivery.Bytes.Length);
        Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
    }

    [Theory]
    [InlineData(false, "redis.test")]
    [InlineData(true, "other.test")]
    [InlineData(true, null)]
    public async Task An_untrusted_certificate_or_another_name_is_refused(bool trustsRoot, string? name)
    {
        var options = Options();
        options.StartTimeout = TimeSpan.FromSeconds(1);
        options.Tls.TrustedRoots = trustsRoot ? [_root] : null;
        options.Tls.TargetHost = name;
        await using var transport = Create(options);
        var refusal = await Assert.ThrowsAnyAsync<HighPerfException>(async () => await transport.StartAsync(default));
        Assert.Contains("certificate", refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Taking_any_certificate_has_to_be_asked_for_and_is_warned_of()
    {
        var options = Options();
        options.Tls.AllowUntrustedPeer = true;
        using var log = new CapturingLogger();
        await using var transport = Create(options, log);
        await transport.StartAsync(default);
        Assert.Contains("AllowUntrustedPeer", log.Text, StringComparison.Ordinal);
    }

    private static RedisTransportOptions Options() => new() { AssumedDurability = DurabilityLevel.Process };

    private RedisTransport Create(RedisTransportOptions options, CapturingLogger? log = null) => new("redis", $"rediss://127.0.0.1:{_port}", options, log);
}
