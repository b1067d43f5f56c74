using System.Buffers;
using System.Collections.Concurrent;
using HighPerf.Connections;
using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.Redis.Resp;

/// <summary>RESP3 on a kept connection: greets, sends requests pipelined, and gives each its replies. Knows commands as bytes only.</summary>
internal class RespClient : ConnectionProtocol, IAsyncDisposable
{
    private static readonly object[] s_ping = ["PING"];

    private readonly RespLogin _login;
    private readonly PendingReplies _pending = new();
    private readonly ConcurrentBag<RespCall> _calls = [];
    private readonly Action<Exception> _failed;
    private RespScanner _scanner;

    public RespClient(string name, ConnectionOptions options, RespLogin login, ILogger logger, TimeProvider clock)
    {
        _login = login;
        _failed = exception => RedisLog.RequestFailed(logger, name, exception);
        Connection = new Connection(name, options, this, logger, clock);
    }

    public Connection Connection { get; }

    /// <summary>The connection's number at the server.</summary>
    public long ClientId { get; private set; }

    /// <summary>The server's version, as it says it.</summary>
    public string ServerVersion { get; private set; } = "";

    /// <summary>standalone, cluster or sentinel, as the server says it.</summary>
    public string ServerMode { get; private set; } = "";

    /// <summary>Says where to connect; null for the configured hosts in turn.</summary>
    public Func<IReadOnlyList<HostAddress>, int, CancellationToken, ValueTask<HostAddress>>? Locate { get; set; }

    /// <summary>Told when the connection is open, on the connection's own thread.</summary>
    public Action<int>? Connected { get; set; }

    /// <summary>Told of a push: its kind and, for a published message, its channel.</summary>
    public Action<string, string>? Pushed { get; set; }

    public override bool ExpectsBytes => !_pending.IsEmpty;

    /// <summary>Sends a request, unless there is too much to send or no connection. Its replies, or their loss, are told to it.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="now">True sends it on this thread, for who must not depend on the thread pool.</param>
    public WriteAdmission TrySend(RespRequest request, bool now = false)
    {
        var admission = Connection.BeginWrite(out var output);
        if (admission != WriteAdmission.Admitted)
        {
            return admission;
        }

        var written = false;
        try
        {
            var writer = new RespWriter(output);
            request.Write(ref writer);
            writer.Complete();
            _pending.Add(request);
            written = true;
        }
        finally
        {
            if (written && now)
            {
                Connection.EndWriteAndSend();
            }
            else
            {
                Connection.EndWrite(written);
            }
        }

        return WriteAdmission.Admitted;
    }

    /// <summary>Sends a command (text, bytes and integers) and gets its reply as objects, errors included.</summary>
    /// <exception cref="RedisConnectionException">There is no connection, or it was lost before the reply came.</exception>
    public async ValueTask<RespValue> CallAsync(params object[] arguments)
    {
        var call = _calls.TryTake(out var pooled) ? pooled : new RespCall(this);
        call.Prepare(arguments);
        var task = call.Task;
        while (true)
        {
            switch (TrySend(call))
            {
                case WriteAdmission.Full:
                    await Connection.WaitForRoomAsync().ConfigureAwait(false);
                    continue;
                case WriteAdmission.Disconnected:
                    call.Fail(new RedisConnectionException(Connection.LastError ?? new InvalidOperationException("not connected")));
                    break;
            }

            return await task.ConfigureAwait(false);
        }
    }

    /// <summary>Asks for the messages of a channel; what comes is told to <see cref="Pushed"/>. To be said again on each connection.</summary>
    public void Subscribe(string channel)
    {
        TrySend(new RespSubscription(channel, _pending));
    }

    public void Return(RespCall call) => _calls.Add(call);

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    public override ValueTask<HostAddress> ChooseHostAsync(IReadOnlyList<HostAddress> hosts, int attempt, CancellationToken cancellationToken)
        => Locate?.Invoke(hosts, attempt, cancellationToken) ?? base.ChooseHostAsync(hosts, attempt, cancellationToken);

    public override async ValueTask HandshakeAsync(ConnectionHandshake handshake, CancellationToken cancellationToken)
    {
        _scanner = default;
        WriteHello(handshake.Output);
        await handshake.FlushAsync(cancellationToken).ConfigureAwait(false);
        Greeted(await ReadReplyAsync(handshake, cancellationToken).ConfigureAwait(false));
        if (_login.Database != 0)
        {
            Check(await ReadReplyAsync(handshake, cancellationToken).ConfigureAwait(false), refuses: true);
        }

        // A server that is still reading its data answers HELLO and nothing else.
        Check(await ReadReplyAsync(handshake, cancellationToken).ConfigureAwait(false), refuses: false);
    }

    public override void OnConnected(int epoch) => Connected?.Invoke(epoch);

    public override SequencePosition OnReceived(in ReadOnlySequence<byte> received)
    {
        var rest = received;
        while (!rest.IsEmpty && _scanner.TryFindEnd(in rest, out var end))
        {
            var reply = rest.Slice(0, end);
            Deliver(in reply);
            rest = rest.Slice(end);
        }

        return rest.Start;
    }

    public override void OnDisconnected(int epoch, Exception reason)
    {
        _scanner = default;
        while (_pending.TryAbandon(out var request))
        {
            try
            {
                request.OnLost(reason);
            }
            catch (Exception exception)
            {
                // One that fails must not keep the others waiting for ever.
                _failed(exception);
            }
        }
    }

    public override void OnTick()
    {
        if (_pending.IsEmpty)
        {
            var ping = _calls.TryTake(out var pooled) ? pooled : new RespCall(this);
            ping.Prepare(s_ping);
            if (TrySend(ping) == WriteAdmission.Admitted)
            {
                _ = Forget(ping.Task);
            }
        }
    }

    private static async Task Forget(ValueTask<RespValue> task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (RedisConnectionException)
        {
            // The connection says so itself.
        }
    }

    private void Deliver(in ReadOnlySequence<byte> reply)
    {
        var reader = new RespReader(in reply);
        if (reply.FirstSpan[0] == (byte)RespKind.Push)
        {
            var count = reader.ReadCount();
            var kind = count > 0 ? reader.ReadText() : null;
            var channel = count > 1 && kind is "message" or "subscribe" ? reader.ReadText() : null;
            Pushed?.Invoke(kind ?? "", channel ?? "");
        }
        else if (_pending.TryTake(out var request, out var index))
        {
            Answer(request, index, ref reader);
        }
        else
        {
            throw new ConnectionProtocolException("RESP3: a reply came that nobody asked for.");
        }
    }

    /// <summary>
    /// Gives a request its reply. One that cannot make sense of it ends the connection, and is told so itself: it is not among those that are outstanding any more.
    /// </summary>
    private void Answer(RespRequest request, int index, ref RespReader reader)
    {
        try
        {
            request.OnReply(index, ref reader);
        }
        catch (Exception exception) when (index + 1 == request.Replies)
        {
            try
            {
                request.OnLost(exception);
            }
            catch (Exception second)
            {
                // It had its answer before it failed.
                _failed(second);
            }

            throw;
        }
    }

    private void WriteHello(IBufferWriter<byte> output)
    {
        var writer = new RespWriter(output);
        writer.Command(_login.Password is null ? 4 : 7);
        writer.Argument("HELLO"u8);
        writer.Argument("3"u8);
        if (_login.Password is { } password)
        {
            writer.Argument("AUTH"u8);
            writer.Argument(_login.User ?? "default");
            writer.Argument(password);
        }

        writer.Argument("SETNAME"u8);
        writer.Argument(_login.ClientName);
        if (_login.Database != 0)
        {
            writer.Command(2);
            writer.Argument("SELECT"u8);
            writer.Argument(_login.Database);
        }

        writer.Command(1);
        writer.Argument("PING"u8);
        writer.Complete();
    }

    private async ValueTask<RespValue> ReadReplyAsync(ConnectionHandshake handshake, CancellationToken cancellationToken)
    {
        while (true)
        {
            var received = await handshake.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (_scanner.TryFindEnd(in received, out var end))
            {
                var value = Parse(received.Slice(0, end));
                handshake.AdvanceTo(end);
                return value;
            }

            handshake.AdvanceTo(received.Start);
        }
    }

    private static RespValue Parse(in ReadOnlySequence<byte> reply)
    {
        var reader = new RespReader(in reply);
        return RespValue.Read(ref reader);
    }

    private void Greeted(RespValue hello)
    {
        Check(hello, refuses: true);
        ClientId = hello.Field("id")?.Integer ?? 0;
        ServerVersion = hello.Field("version")?.Text ?? "";
        ServerMode = hello.Field("mode")?.Text ?? "";
        var role = hello.Field("role")?.Text;
        if (_login.RequireMaster && ServerMode != "cluster" && role is not (null or "master"))
        {
            throw new HighPerfException($"The server is a {role}, not a master.");
        }
    }

    private static void Check(RespValue reply, bool refuses)
    {
        if (!reply.IsError)
        {
            return;
        }

        // The server's own words: they name what is wrong and never repeat the password.
        var message = $"Redis answered: {reply.Text}";
        throw refuses && !reply.Text.StartsWith("LOADING", StringComparison.Ordinal) ? new ConnectionRefusedException(message) : new HighPerfException(message);
    }
}
