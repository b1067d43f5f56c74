using System.Buffers.Binary;
using System.Text;
using HighPerf.Journal;
using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.Embedded;

/// <summary>
/// The state of the processes that share a broker: in memory, and a record in a journal for each value and member. Nothing is seen before it is committed: operations on a key take turns, and write
/// first. Lifetimes go by the wall clock, because they outlast the process.
/// </summary>
internal sealed class StateJournal : JournalReplay, IAsyncDisposable
{
    private const byte ValueRecord = 1;
    private const byte MemberRecord = 2;
    private const byte ReplacedNote = 3;

    private const int MaxKeys = 1_000_000;
    private const int Turns = 64;

    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, StateEntry> _entries = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Turns).Select(static _ => new SemaphoreSlim(1))];
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly RecordJournal _journal;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _sweeping;

    /// <exception cref="JournalException">Another process has the directory, or the journal is damaged.</exception>
    public StateJournal(string directory, RecordJournalOptions options, ILogger logger, TimeProvider clock)
    {
        _clock = clock;
        _logger = logger;
        _journal = RecordJournal.Open(directory, this, options, logger, clock);
        _sweeping = SweepAsync();
    }

    public async Task<bool> TryAddAsync(string key, byte[] value, long lifetime)
    {
        using var turn = await TurnAsync(key).ConfigureAwait(false);
        if (Find(key, isGroup: false) is not null)
        {
            return false;
        }

        await AddAsync(key, isGroup: false, 0, value, lifetime).ConfigureAwait(false);
        return true;
    }

    public async Task SetAsync(string key, byte[] value, long lifetime)
    {
        using var turn = await TurnAsync(key).ConfigureAwait(false);
        if (Find(key, isGroup: false) is not { } entry)
        {
            await AddAsync(key, isGroup: false, 0, value, lifetime).ConfigureAwait(false);
            return;
        }

        var (held, end) = (entry.Members.Values[0], End(lifetime));
        var note = new byte[sizeof(long) + value.Length];
        BinaryPrimitives.WriteInt64LittleEndian(note, end);
        value.CopyTo(note.AsSpan(sizeof(long)));
        await _journal.AmendAsync(held.Record, ReplacedNote, note).ConfigureAwait(false);
        lock (_lock)
        {
            (held.Value, held.End) = (value, end);
        }
    }

    public byte[]? Get(string key)
    {
        lock (_lock)
        {
            return Find(key, isGroup: false)?.Members.Values[0].Value;
        }
    }

    public async Task<int> AddMemberAsync(string key, int member, byte[] value, long lifetime)
    {
        using var turn = await TurnAsync(key).ConfigureAwait(false);
        if (Find(key, isGroup: true)?.Members.ContainsKey(member) != true)
        {
            await AddAsync(key, isGroup: true, member, value, lifetime).ConfigureAwait(false);
        }

        lock (_lock)
        {
            return _entries[key].Members.Count;
        }
    }

    public byte[][] GetMembers(string key)
    {
        lock (_lock)
        {
            return Find(key, isGroup: true) is { } entry ? [.. entry.Members.Values.Select(static held => held.Value)] : [];
        }
    }

    public async Task<bool> RemoveAsync(string key)
    {
        using var turn = await TurnAsync(key).ConfigureAwait(false);
        StateEntry? entry;
        bool isThere;
        lock (_lock)
        {
            _entries.TryGetValue(key, out entry);
            isThere = entry?.End > Now();
        }

        if (entry is not null)
        {
            await DropAsync(entry).ConfigureAwait(false);
        }

        return isThere;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
        _journal.Dispose();
        _closing.Dispose();
    }

    public override void OnAdded(JournalEntry entry, byte type, ReadOnlySpan<byte> payload)
    {
        var frame = new FrameReader(payload);
        var (end, member, key) = (frame.Int64(), frame.Int32(), frame.Text() ?? "");
        if (!_entries.TryGetValue(key, out var state))
        {
            _entries[key] = state = new StateEntry(key, type == MemberRecord);
        }

        var held = new StateEntry.Held(state, member) { Record = entry, Value = frame.Rest.ToArray(), End = end };
        entry.Tag = held;
        state.Members[member] = held;
    }

    public override void OnAmended(JournalEntry entry, byte type, ReadOnlySpan<byte> payload)
    {
        var held = (StateEntry.Held)entry.Tag!;
        (held.End, held.Value) = (BinaryPrimitives.ReadInt64LittleEndian(payload), payload[sizeof(long)..].ToArray());
    }

    public override void OnRemoved(JournalEntry entry) => Forget((StateEntry.Held)entry.Tag!);

    private long Now() => _clock.GetUtcNow().UtcTicks;

    private long End(long lifetime) => lifetime < 0 || lifetime >= long.MaxValue - Now() ? long.MaxValue : Now() + lifetime;

    /// <summary>A key's entry, unless its lifetime is over.</summary>
    private StateEntry? Find(string key, bool isGroup)
    {
        lock (_lock)
        {
            return !_entries.TryGetValue(key, out var entry) || entry.End <= Now() ? null
                : entry.IsGroup == isGroup ? entry
                : throw new HighPerfException(isGroup ? $"State key '{key}' is a value, not a group." : $"State key '{key}' is a group, not a value.");
        }
    }

    private async Task AddAsync(string key, bool isGroup, int member, byte[] value, long lifetime)
    {
        StateEntry? ended;
        lock (_lock)
        {
            ended = _entries.TryGetValue(key, out var there) && there.End <= Now() ? there : null;
            if (there is null && _entries.Count >= MaxKeys)
            {
                throw new HighPerfException($"The embedded state store holds {MaxKeys:N0} keys, its capacity: '{key}' was not stored. Shorten lifetimes, or use a store on a server.");
            }
        }

        if (ended is not null)
        {
            await DropAsync(ended).ConfigureAwait(false);
        }

        var end = End(lifetime);
        var record = new byte[sizeof(long) + sizeof(int) + sizeof(int) + Encoding.UTF8.GetByteCount(key) + value.Length];
        BinaryPrimitives.WriteInt64LittleEndian(record, end);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), member);
        var length = Encoding.UTF8.GetBytes(key, record.AsSpan(16));
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), length);
        value.CopyTo(record.AsSpan(16 + length));
        var entry = await _journal.AddAsync(isGroup ? MemberRecord : ValueRecord, record).ConfigureAwait(false);
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var state))
            {
                _entries[key] = state = new StateEntry(key, isGroup);
            }

            var held = new StateEntry.Held(state, member) { Record = entry, Value = value, End = end };
            entry.Tag = held;
            state.Members[member] = held;
        }
    }

    /// <summary>Ends a key: all of its records, as far as the journal takes it.</summary>
    private async Task DropAsync(StateEntry entry)
    {
        StateEntry.Held[] members;
        lock (_lock)
        {
            members = [.. entry.Members.Values];
        }

        // Together, so that they are mostly one commit. Whatever becomes of the others: a record that is gone must be forgotten, for its entry is another record's from now on.
        await Task.WhenAll(members.Select(RemoveAsync)).ConfigureAwait(false);
    }

    private async Task RemoveAsync(StateEntry.Held held)
    {
        await _journal.RemoveAsync(held.Record).ConfigureAwait(false);
        lock (_lock)
        {
            Forget(held);
        }
    }

    private void Forget(StateEntry.Held held)
    {
        held.Entry.Members.Remove(held.Member);
        if (held.Entry.Members.Count == 0 && _entries.TryGetValue(held.Entry.Key, out var current) && current == held.Entry)
        {
            _entries.Remove(held.Entry.Key);
        }
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(s_sweepInterval, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_closing.Token).ConfigureAwait(false))
            {
                await SweepOnceAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The store ends.
        }
    }

    private async Task SweepOnceAsync()
    {
        string[] ended;
        lock (_lock)
        {
            var now = Now();
            ended = [.. _entries.Values.Where(entry => entry.End <= now).Select(static entry => entry.Key)];
        }

        try
        {
            foreach (var key in ended)
            {
                using var turn = await TurnAsync(key).ConfigureAwait(false);
                StateEntry? entry;
                lock (_lock)
                {
                    entry = _entries.TryGetValue(key, out var there) && there.End <= Now() ? there : null;
                }

                if (entry is not null)
                {
                    await DropAsync(entry).ConfigureAwait(false);
                }
            }
        }
        catch (JournalException exception)
        {
            EmbeddedLog.SweepFailed(_logger, exception);
        }
    }

    private async ValueTask<Turn> TurnAsync(string key)
    {
        var turn = _turns[(uint)key.GetHashCode(StringComparison.Ordinal) % Turns];
        await turn.WaitAsync(_closing.Token).ConfigureAwait(false);
        return new Turn(turn);
    }

    private readonly struct Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
