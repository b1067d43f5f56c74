using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using HighPerf.Transports;
using HighPerf.Transports.Nats;
using HighPerf.Transports.Nats.JetStream;
using HighPerf.Transports.Nats.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.State;

/// <summary>
/// Shared state in a JetStream stream that keeps the last value of each subject: one subject per key, one per member of a group. What must be there once is published with the
/// sequence that is expected below its subject, which one of several gets. Lifetimes follow this process's clock; memory goes at <see cref="NatsStoreOptions.MaxLifetime"/>.
/// </summary>
public sealed class NatsStateStore : StateStore
{
    private const int WrongLastSequence = 10071;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _starting = new(1);
    private readonly NatsStoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly NatsClient _client;
    private readonly JetStreamApi _api;
    private readonly string _stream;
    private bool _isStarted;

    /// <summary>Creates a store, which connects when it is used first.</summary>
    /// <param name="address"><c>nats://[user:password@|token@]host[:port][,host[:port]]</c>, or <c>tls://</c>.</param>
    /// <param name="options">Prefix and connection; the defaults when null.</param>
    /// <param name="logger">Told of connections.</param>
    /// <param name="clock">Time-outs and lifetimes follow it; <see cref="TimeProvider.System"/> when null.</param>
    public NatsStateStore(string address, NatsStoreOptions? options = null, ILogger? logger = null, TimeProvider? clock = null)
    {
        _options = options ?? new NatsStoreOptions();
        _options.Validate();
        _clock = clock ?? TimeProvider.System;
        var parsed = NatsAddress.Parse(address);
        _options.Connection.Hosts = parsed.Hosts;
        _options.Connection.Tls = parsed.IsTls ? _options.Tls : null;
        _stream = $"{_options.Prefix}=state";
        _client = new NatsClient($"state ({parsed})", _options.Connection, NatsLogin.From(parsed, _options.CredentialsFile, "highperf-state"), _options.OperationTimeout, logger ?? NullLogger.Instance, _clock);
        _api = new JetStreamApi(_client);
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">NATS refused, or did not answer in time.</exception>
    public override async ValueTask<bool> TryAddAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        Check(key, lifetime);
        return await RepeatAsync(() => TryAddAsync(SubjectOf(key) + "v", value, lifetime), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">NATS refused, or did not answer in time.</exception>
    public override async ValueTask SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        Check(key, lifetime);
        await RepeatAsync(
            async () => await _api.PublishAsync(SubjectOf(key) + "v", Encode(value, lifetime), null).ConfigureAwait(false) is { } error ? throw new JetStreamException($"NATS refused a value: {error}") : true,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">NATS refused, or did not answer in time.</exception>
    public override async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Decode(await RepeatAsync(async () => await _api.FindLastAsync(_stream, SubjectOf(key) + "v").ConfigureAwait(false), cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    /// <remarks>Two that are added at once may both be told the count with both of them; nobody is told less than was there. Members whose lifetime is over count until they are removed.</remarks>
    /// <exception cref="HighPerfException">NATS refused, or did not answer in time.</exception>
    public override async ValueTask<int> AddMemberAsync(string key, int member, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        Check(key, lifetime);
        var subject = string.Create(CultureInfo.InvariantCulture, $"{SubjectOf(key)}m.{member}");
        await RepeatAsync(() => TryAddAsync(subject, value, lifetime), cancellationToken).ConfigureAwait(false);
        return (await MembersAsync(key, cancellationToken).ConfigureAwait(false)).Count;
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">NATS refused, or did not answer in time.</exception>
    public override async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> GetMembersAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var members = await MembersAsync(key, cancellationToken).ConfigureAwait(false);
        var values = new List<ReadOnlyMemory<byte>>(members.Count);
        const int AtOnce = 64;
        foreach (var piece in members.Values.Chunk(AtOnce))
        {
            var reads = piece.Select(subject => RepeatAsync(async () => await _api.FindLastAsync(_stream, subject).ConfigureAwait(false), cancellationToken));
            values.AddRange((await Task.WhenAll(reads).ConfigureAwait(false)).Select(Decode).OfType<ReadOnlyMemory<byte>>());
        }

        return values;
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">NATS refused, or did not answer in time.</exception>
    public override async ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return await RepeatAsync(async () => await _api.PurgeAsync(_stream, SubjectOf(key) + ">").ConfigureAwait(false), cancellationToken).ConfigureAwait(false) > 0;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        _starting.Dispose();
    }

    private static void Check(string key, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (lifetime <= TimeSpan.Zero && lifetime != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(lifetime), lifetime, "A lifetime is positive, or Timeout.InfiniteTimeSpan.");
        }
    }

    private string SubjectOf(string key) => $"{_options.Prefix}.state.{QueueNames.Encode(key)}.";

    /// <summary>Adds below a subject that has nothing, or nothing whose lifetime is not over.</summary>
    private async Task<bool> TryAddAsync(string subject, ReadOnlyMemory<byte> value, TimeSpan lifetime)
    {
        var expected = 0L;
        while (true)
        {
            var headers = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"NATS/1.0\r\nNats-Expected-Last-Subject-Sequence: {expected}\r\n\r\n"));
            var error = await _api.PublishAsync(subject, Encode(value, lifetime), headers).ConfigureAwait(false);
            if (error?.ErrCode != WrongLastSequence)
            {
                return error is null ? true : throw new JetStreamException($"NATS refused a value: {error}");
            }

            var present = await _api.FindLastAsync(_stream, subject).ConfigureAwait(false);
            if (Decode(present) is { } found)
            {
                return false;
            }

            expected = present?.Seq ?? 0;
        }
    }

    /// <summary>The subjects of a group by member.</summary>
    private async ValueTask<SortedList<int, string>> MembersAsync(string key, CancellationToken cancellationToken)
    {
        var root = SubjectOf(key) + "m.";
        var info = await RepeatAsync(async () => await _api.GetStreamAsync(_stream, root + "*").ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        var members = new SortedList<int, string>();
        foreach (var subject in info.State?.Subjects?.Keys ?? Enumerable.Empty<string>())
        {
            members.Add(int.Parse(subject.AsSpan(root.Length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), subject);
        }

        return members;
    }

    private byte[] Encode(ReadOnlyMemory<byte> value, TimeSpan lifetime)
    {
        var bytes = new byte[sizeof(long) + value.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, lifetime == Timeout.InfiniteTimeSpan ? long.MaxValue : _clock.GetUtcNow().UtcTicks + lifetime.Ticks);
        value.CopyTo(bytes.AsMemory(sizeof(long)));
        return bytes;
    }

    private ReadOnlyMemory<byte>? Decode(StoredMessage? message)
        => message is null || (message.Data?.Length ?? 0) < sizeof(long) || BinaryPrimitives.ReadInt64BigEndian(message.Data) <= _clock.GetUtcNow().UtcTicks
            ? default(ReadOnlyMemory<byte>?)
            : message.Data.AsMemory(sizeof(long));

    /// <summary>Connects first, and tries again when the connection is lost. What is added twice that way is found by the second try, which then says that it was there.</summary>
    private async Task<T> RepeatAsync<T>(Func<Task<T>> operation, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.OperationTimeout, _clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        while (true)
        {
            try
            {
                await StartAsync(linked.Token).ConfigureAwait(false);
                return await operation().ConfigureAwait(false);
            }
            catch (NatsConnectionException) when (!linked.IsCancellationRequested)
            {
                await Task.Delay(s_pause, _clock, CancellationToken.None).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new HighPerfException($"NATS did not answer within {_options.OperationTimeout.TotalSeconds:0.#} s: {_client.Connection.LastError?.Message}");
            }
        }
    }

    private async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isStarted) && _client.Connection.IsConnected)
        {
            return;
        }

        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _client.Connection.Start();
            await _client.Connection.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
            if (!_isStarted)
            {
                await _api.DeclareAsync(new StreamConfig
                {
                    Name = _stream,
                    Description = "HighPerf state",
                    Subjects = [$"{_options.Prefix}.state.>"],
                    Discard = "old",
                    MaxMsgsPerSubject = 1,
                    MaxAge = _options.MaxLifetime.Ticks * 100,
                    NumReplicas = _options.Replicas,
                    DuplicateWindow = Math.Min(TimeSpan.FromMinutes(2).Ticks, _options.MaxLifetime.Ticks) * 100,
                }).ConfigureAwait(false);
                Volatile.Write(ref _isStarted, true);
            }
        }
        finally
        {
            _starting.Release();
        }
    }
}
