using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using HighPerf.Connections;
using RabbitMQ.Client;

namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// A connection that is made again for ever. The client library's recovery is off: what is on a connection is ended with it, and whoever needs a new one builds on it anew.
/// One loop, which no exception ends.
/// </summary>
internal sealed class RabbitMqLink : IAsyncDisposable
{
    private const int TcpUserTimeoutOption = 18;

    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly RabbitMqTransport _transport;
    private readonly RabbitMqAddress _address;
    private readonly string _purpose;
    private readonly ConnectionFactory _factory;
    private readonly List<AmqpTcpEndpoint> _endpoints;
    private readonly CancellationTokenSource _stop = new();

    // Those of the connection that there is, or is being made.
    private readonly List<Socket> _sockets = [];
    private TaskCompletionSource<IConnection> _ready = NewSource<IConnection>();
    private Task _loop = Task.CompletedTask;
    private IConnection? _current;
    private TaskCompletionSource<string> _lost = NewSource<string>();
    private int _epoch;

    public RabbitMqLink(RabbitMqTransport transport, RabbitMqAddress address, string purpose)
    {
        _transport = transport;
        _address = address;
        _purpose = purpose;
        var options = transport.Options;
        var tls = new SslOption { Enabled = false };
        _endpoints = [.. address.Hosts.Select(host => new AmqpTcpEndpoint(host.Host, host.Port, address.IsTls ? TlsFor(host, options.Tls) : tls))];
        _factory = new ConnectionFactory
        {
            UserName = address.User,
            Password = address.Password,
            VirtualHost = address.VirtualHost,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = options.Heartbeat,
            RequestedConnectionTimeout = options.CallTimeout,
            HandshakeContinuationTimeout = options.CallTimeout,
            ContinuationTimeout = options.CallTimeout,
            MaxInboundMessageBodySize = 512 * 1024 * 1024,
            ClientProvidedName = $"highperf {transport.Name} ({purpose})",
            SocketFactory = family => new TcpClientAdapter(Own(CreateSocket(family, options))),
            AuthMechanisms = options.UseExternalLogin ? [new ExternalMechanismFactory()] : [new PlainMechanismFactory()],
        };
    }

    /// <summary>Set while the broker takes no messages: its reason.</summary>
    public string? BlockedReason { get; private set; }

    /// <summary>Timestamp since when the broker takes no messages.</summary>
    public long BlockedSince { get; private set; }

    public Exception? LastError { get; private set; }

    public string ServerVersion { get; private set; } = "";

    /// <summary>Raised when the broker takes messages again.</summary>
    public Action? Unblocked { get; set; }

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>The open connection, as soon as there is one.</summary>
    public async Task<IConnection> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task<IConnection> ready;
            lock (_lock)
            {
                if (_current is { IsOpen: true } current)
                {
                    return current;
                }

                ready = _ready.Task;
            }

            var connection = await ready.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (connection.IsOpen)
            {
                return connection;
            }

            // Lost, and the loop has not seen it yet.
            await Task.Delay(5, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a connection up that is open and of no use.</summary>
    public void Abort(IConnection connection)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_current, connection))
            {
                // Not by closing it: the library may have nobody left who would tell.
                _lost.TrySetResult("it was open and of no use");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _ready.TrySetCanceled();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var backOff = new BackOff(_transport.Options.ReconnectShortest, _transport.Options.ReconnectLongest);
        while (!_stop.IsCancellationRequested)
        {
            IConnection? connection = null;
            try
            {
                connection = await ConnectAsync().ConfigureAwait(false);
                var lost = NewSource<string>();
                Watch(connection, lost);
                Announce(connection, lost);
                backOff.Reset();
                var reason = await WaitForLossAsync(lost.Task).ConfigureAwait(false);
                LastError = new HighPerfException(reason);
                RabbitMqLog.Lost(_transport.Logger, _address.ToString(), _purpose, _epoch, reason);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Disposed.
            }
#pragma warning disable CA1031 // The loop that keeps a process connected ends when it is told to and for nothing else.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LastError = exception;
                RabbitMqLog.CannotConnect(_transport.Logger, _address.ToString(), _purpose, backOff.Attempts + 1, exception.InnerException?.Message ?? exception.Message);
            }

            Withdraw();
            if (connection is not null)
            {
                await CloseAsync(connection).ConfigureAwait(false);
            }

            CloseSockets();
            try
            {
                await Task.Delay(backOff.Next(), _transport.Clock, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Disposed.
            }
        }
    }

    /// <summary>A connection with its handshake, within bounds that the library does not keep when the connection ends in the middle of a frame.</summary>
    private async Task<IConnection> ConnectAsync()
    {
        var connecting = _factory.CreateConnectionAsync(_endpoints, _factory.ClientProvidedName, _stop.Token);
        try
        {
            return await connecting.WaitAsync(_transport.Options.CallTimeout * (3 * _endpoints.Count), _transport.Clock, _stop.Token).ConfigureAwait(false);
        }
        catch
        {
            _ = ForgetAsync(connecting);
            throw;
        }
    }

    private static async Task ForgetAsync(Task<IConnection> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully)
        {
            await CloseAsync(await connecting.ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Waits until the connection is lost. RabbitMQ.Client 7.1.2 does not see one that ends in the middle of a frame: it reads the end again and again, on a thread that does nothing else, and
    /// nobody is told. So the sockets are looked at as well.
    /// </summary>
    private async Task<string> WaitForLossAsync(Task<string> lost)
    {
        var ended = 0;
        while (true)
        {
            try
            {
                return await lost.WaitAsync(s_look, _transport.Clock, _stop.Token).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                ended = HasEnded() ? ended + 1 : 0;
            }

            if (ended > 1)
            {
                return "the connection ended in the middle of a frame";
            }
        }
    }

    private bool HasEnded()
    {
        lock (_lock)
        {
            try
            {
                // Something to read, of no bytes, is the end.
                return _sockets.Exists(static socket => socket.Connected && socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    private Socket Own(Socket socket)
    {
        lock (_lock)
        {
            _sockets.Add(socket);
        }

        return socket;
    }

    private void CloseSockets()
    {
        Socket[] sockets;
        lock (_lock)
        {
            sockets = [.. _sockets];
            _sockets.Clear();
        }

        Array.ForEach(sockets, static socket => socket.Dispose());
    }

    private void Watch(IConnection connection, TaskCompletionSource<string> lost)
    {
        connection.ConnectionShutdownAsync += (_, reason) =>
        {
            lost.TrySetResult($"{reason.ReplyText} ({reason.ReplyCode})");
            return Task.CompletedTask;
        };
        connection.ConnectionBlockedAsync += (_, blocked) =>
        {
            BlockedSince = _transport.Clock.GetTimestamp();
            BlockedReason = blocked.Reason;
            RabbitMqLog.Blocked(_transport.Logger, _address.ToString(), blocked.Reason);
            return Task.CompletedTask;
        };
        connection.ConnectionUnblockedAsync += (_, _) =>
        {
            BlockedReason = null;
            RabbitMqLog.Unblocked(_transport.Logger, _address.ToString());
            Unblocked?.Invoke();
            return Task.CompletedTask;
        };
        if (!connection.IsOpen)
        {
            lost.TrySetResult("closed at once");
        }
    }

    private void Announce(IConnection connection, TaskCompletionSource<string> lost)
    {
        ServerVersion = connection.ServerProperties?.TryGetValue("version", out var version) == true && version is byte[] bytes ? System.Text.Encoding.UTF8.GetString(bytes) : "";
        lock (_lock)
        {
            _epoch++;
            (_current, _lost) = (connection, lost);
            _ready.TrySetResult(connection);
        }

        RabbitMqLog.Connected(_transport.Logger, ServerVersion, _address.ToString(), _purpose, _epoch);
    }

    private void Withdraw()
    {
        lock (_lock)
        {
            _current = null;
            BlockedReason = null;
            if (_ready.Task.IsCompleted)
            {
                _ready = NewSource<IConnection>();
            }
        }
    }

    private static async Task CloseAsync(IConnection connection)
    {
        try
        {
            await connection.AbortAsync(Constants.ReplySuccess, "Goodbye", s_farewell).WaitAsync(s_farewell * 2).ConfigureAwait(false);
            await connection.DisposeAsync().AsTask().WaitAsync(s_farewell).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It is given up in any case.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private static Socket CreateSocket(AddressFamily family, RabbitMqTransportOptions options)
    {
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (OperatingSystem.IsLinux())
        {
            Span<byte> milliseconds = stackalloc byte[sizeof(int)];
            BitConverter.TryWriteBytes(milliseconds, (int)Math.Min(options.TcpUserTimeout.TotalMilliseconds, int.MaxValue));
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeoutOption, milliseconds);
        }

        return socket;
    }

    private static SslOption TlsFor(HostAddress host, TlsOptions tls)
    {
        var option = new SslOption
        {
            Enabled = true,
            ServerName = tls.TargetHost ?? host.Host,
            Certs = tls.ClientCertificates,
            Version = SslProtocols.Tls12 | SslProtocols.Tls13,
            CheckCertificateRevocation = tls.TrustedRoots is null && !tls.AllowUntrustedPeer,
        };
        if (tls.AllowUntrustedPeer)
        {
            option.AcceptablePolicyErrors = SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNotAvailable;
        }
        else if (tls.TrustedRoots is { } roots)
        {
            option.CertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, roots);
        }

        return option;
    }

    /// <summary>The name as the system found it; the chain by the roots that were given.</summary>
    private static bool IsTrusted(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if (certificate is not X509Certificate2 peer || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        if (presented is not null)
        {
            foreach (var element in presented.ChainElements)
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        return chain.Build(peer);
    }

    private static TaskCompletionSource<T> NewSource<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
