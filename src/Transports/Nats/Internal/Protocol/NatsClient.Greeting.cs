using System.Buffers;
using System.Text;
using System.Text.Json;
using HighPerf.Connections;

namespace HighPerf.Transports.Nats.Protocol;

/// <summary>Which server, and the first words with it.</summary>
internal sealed partial class NatsClient
{
    /// <summary>INFO is plain, what follows is not.</summary>
    public override bool SecuresInHandshake => true;

    public override ValueTask<HostAddress> ChooseHostAsync(IReadOnlyList<HostAddress> hosts, int attempt, CancellationToken cancellationToken)
        => new(_servers.Choose(hosts));

    public override async ValueTask HandshakeAsync(ConnectionHandshake handshake, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _pings, 0);
        _leavingSince = 0;
        await ReadAsync(handshake, NatsFrameKind.Info, cancellationToken).ConfigureAwait(false);
        var server = Server;
        if (!server.Headers)
        {
            throw new ConnectionRefusedException($"NATS {server.Version} has no headers; 2.9 or later is needed.");
        }

        if (_wantsTls)
        {
            await handshake.SecureAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (server.TlsRequired)
        {
            throw new ConnectionRefusedException("The server wants TLS: use a tls:// address.");
        }

        var connect = _login.ToConnect(server, _wantsTls);
        handshake.Output.Write("CONNECT "u8);
        handshake.Output.Write(JsonSerializer.SerializeToUtf8Bytes(connect, NatsJson.Default.ConnectCommand));
        handshake.Output.Write("\r\nPING\r\n"u8);
        await handshake.FlushAsync(cancellationToken).ConfigureAwait(false);
        await ReadAsync(handshake, NatsFrameKind.Pong, cancellationToken).ConfigureAwait(false);
    }

    private void OnInfo(in NatsFrame frame)
    {
        try
        {
            Server = JsonSerializer.Deserialize(frame.Text, NatsJson.Default.ServerInfo) ?? new ServerInfo();
        }
        catch (JsonException exception)
        {
            throw new ConnectionProtocolException("NATS: INFO is not what it should be.", exception);
        }

        _servers.Learn(Server);
    }

    private async ValueTask ReadAsync(ConnectionHandshake handshake, NatsFrameKind awaited, CancellationToken cancellationToken)
    {
        while (true)
        {
            var received = await handshake.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = received;
            var found = TryRead(ref rest, awaited);
            handshake.AdvanceTo(rest.Start);
            if (found)
            {
                return;
            }
        }
    }

    private bool TryRead(ref ReadOnlySequence<byte> received, NatsFrameKind awaited)
    {
        while (!received.IsEmpty && _reader.TryRead(ref received, out var frame))
        {
            if (frame.Kind == NatsFrameKind.Error)
            {
                // The server's own words: they name what is wrong and never repeat the password.
                throw new ConnectionRefusedException($"NATS answered: {Encoding.UTF8.GetString(frame.Text)}");
            }

            if (frame.Kind == NatsFrameKind.Info)
            {
                OnInfo(in frame);
            }

            if (frame.Kind == awaited)
            {
                return true;
            }
        }

        return false;
    }
}
