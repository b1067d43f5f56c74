using HighPerf.Transports;
using HighPerf.Transports.Embedded;

namespace HighPerf.State;

/// <summary>
/// The state store of processes on one machine: kept in a journal by the process that has the embedded broker, reached over its socket by all, that one included. What was stored survives all of them,
/// as far as the broker's messages do. Operations wait for a broker that has gone, and are repeated when it goes meanwhile.
/// </summary>
public sealed class EmbeddedStateStore : StateStore
{
    private readonly EmbeddedClientOptions _options;
    private readonly ClientLink _link;
    private readonly Lazy<Task> _starting;
    private bool _isDisposed;

    /// <summary>Creates a store, which connects when it is used first.</summary>
    /// <param name="socket">The broker's socket.</param>
    /// <param name="options">The defaults when null.</param>
    /// <exception cref="HighPerfException">The path is longer than the system takes.</exception>
    public EmbeddedStateStore(string socket, EmbeddedClientOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(socket);
        _ = SocketPath.EndPoint(socket);
        _options = options ?? new EmbeddedClientOptions();
        _options.Validate();
        _link = new ClientLink(Path.GetFullPath(socket), _options, ClientLink.Unexpected, static () => { }, static () => { });
        _starting = new Lazy<Task>(() => _link.StartAsync(CancellationToken.None));
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The broker refused, or did not answer in time.</exception>
    public override async ValueTask<bool> TryAddAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
        => (await AskAsync(FrameKind.StateAdd, key, frame => frame.Int64(Ticks(lifetime)), value, cancellationToken).ConfigureAwait(false)).Number != 0;

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The broker refused, or did not answer in time.</exception>
    public override async ValueTask SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
        => await AskAsync(FrameKind.StateSet, key, frame => frame.Int64(Ticks(lifetime)), value, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The key is a group, or the broker did not answer in time.</exception>
    public override async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var (isThere, value) = await AskAsync(FrameKind.StateGet, key, static frame => frame, default, cancellationToken).ConfigureAwait(false);
        return isThere != 0 ? value : default(ReadOnlyMemory<byte>?);
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The broker refused, or did not answer in time.</exception>
    public override async ValueTask<int> AddMemberAsync(string key, int member, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
        => (int)(await AskAsync(FrameKind.StateAddMember, key, frame => frame.Int64(Ticks(lifetime)).Int32(member), value, cancellationToken).ConfigureAwait(false)).Number;

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The key is a value, or the broker did not answer in time.</exception>
    public override async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> GetMembersAsync(string key, CancellationToken cancellationToken)
    {
        var (count, data) = await AskAsync(FrameKind.StateGetMembers, key, static frame => frame, default, cancellationToken).ConfigureAwait(false);
        return Read((int)count, data);

        static ReadOnlyMemory<byte>[] Read(int count, byte[] data)
        {
            var members = new ReadOnlyMemory<byte>[count];
            var frame = new FrameReader(data);
            for (var i = 0; i < count; i++)
            {
                members[i] = frame.Bytes(frame.Int32()).ToArray();
            }

            return members;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The broker did not answer in time.</exception>
    public override async ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken)
        => (await AskAsync(FrameKind.StateRemove, key, static frame => frame, default, cancellationToken).ConfigureAwait(false)).Number != 0;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Volatile.Write(ref _isDisposed, true);
        return _link.DisposeAsync();
    }

    private static long Ticks(TimeSpan lifetime)
        => lifetime > TimeSpan.Zero || lifetime == Timeout.InfiniteTimeSpan
            ? lifetime.Ticks
            : throw new ArgumentOutOfRangeException(nameof(lifetime), lifetime, "A lifetime is positive, or Timeout.InfiniteTimeSpan.");

    /// <summary>Tries again when the connection is lost. What is added twice that way is found by the second try, which then says that it was there.</summary>
    private async Task<(long Number, byte[] Data)> AskAsync(FrameKind kind, string key, Func<FrameWriter, FrameWriter> write, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var begin = Environment.TickCount64;
        while (true)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);

            // Nobody waits for the first connection here: it is waited for as every other one is. A broker of another version is said at once.
            if (_starting.Value.IsFaulted)
            {
                await _starting.Value.ConfigureAwait(false);
            }

            await _link.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await Ask(kind, key, write, value).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (BrokerGoneException) when (Environment.TickCount64 - begin < _options.BrokerTimeout.TotalMilliseconds)
            {
                // The next one waits for it.
            }
        }
    }

    private ValueTask<(long Number, byte[] Data)> Ask(FrameKind kind, string key, Func<FrameWriter, FrameWriter> write, ReadOnlyMemory<byte> value)
    {
        var pending = _link.Rent();
        var answer = pending.Answer;
        _link.Send(kind, pending, write(FrameWriter.New().Int32(_link.Expect(pending)).Text(key)).Written, value.Span);
        return answer;
    }
}
