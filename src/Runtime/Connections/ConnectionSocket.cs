using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace HighPerf.Connections;

/// <summary>Opens sockets with the options that every connection here has, and fills pipes from them.</summary>
internal static class ConnectionSocket
{
    private const int TcpUserTimeoutOption = 18;

    public static async ValueTask<Stream> OpenAsync(HostAddress host, ConnectionOptions options, bool secure, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        Stream? stream = null;
        try
        {
            Configure(socket, options);
            await socket.ConnectAsync(host.Host, host.Port, cancellationToken).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            return secure && options.Tls is { } tls ? await SecureAsync(stream, host, tls, cancellationToken).ConfigureAwait(false) : stream;
        }
        catch
        {
            stream?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Receives once into the pipe.</summary>
    /// <exception cref="EndOfStreamException">The peer closed its side.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask FillAsync(Stream stream, Pipe input, long held, long maxFrameBytes, CancellationToken cancellationToken)
    {
        if (held > maxFrameBytes)
        {
            throw new ConnectionProtocolException($"The peer sent {held} bytes that do not make a frame; {maxFrameBytes} are the limit.");
        }

        var count = await stream.ReadAsync(input.Writer.GetMemory(1), cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            throw new EndOfStreamException("The peer closed the connection.");
        }

        input.Writer.Advance(count);

        // Never waits: the pipe is here for its segments, and pauses nobody.
        await input.Writer.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static void Configure(Socket socket, ConnectionOptions options)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        if (OperatingSystem.IsLinux())
        {
            Span<byte> milliseconds = stackalloc byte[sizeof(int)];
            BitConverter.TryWriteBytes(milliseconds, (int)Math.Min(options.TcpUserTimeout.TotalMilliseconds, int.MaxValue));
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeoutOption, milliseconds);
        }
    }

    public static async ValueTask<Stream> SecureAsync(Stream plain, HostAddress host, TlsOptions tls, CancellationToken cancellationToken)
    {
        var authentication = new SslClientAuthenticationOptions
        {
            TargetHost = tls.TargetHost ?? host.Host,
            ClientCertificates = tls.ClientCertificates,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (tls.AllowUntrustedPeer)
        {
#pragma warning disable CA5359 // Asked for by name; the connection warns at each start.
            authentication.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (tls.TrustedRoots is { } roots)
        {
            authentication.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            authentication.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(authentication, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
