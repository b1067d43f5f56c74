using HighPerf.Transports;

namespace HighPerf.TestKit.Faults;

/// <summary>
/// What was meant to be published, what the broker said of it, and what was run: the one judge of all fault tests. A message is known by a name that its body says. Every member may be
/// called at any time from any thread, in any order: a message may be run before its publisher hears that it was accepted.
/// </summary>
public sealed class Ledger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private int _accepted;
    private int _ran;
    private int _lost;
    private int _duplicated;
    private long _unknowns;

    /// <summary>Messages that the broker took, so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Different messages that were run, so far.</summary>
    public int Ran => Volatile.Read(ref _ran);

    /// <summary>Owed: accepted and not run yet, or given back and not run again yet.</summary>
    public int Owed => Volatile.Read(ref _lost);

    /// <summary>Runs beyond the first, so far.</summary>
    public int Duplicated => Volatile.Read(ref _duplicated);

    /// <summary>How often a publisher was left without an answer, so far.</summary>
    public long Unknowns => Interlocked.Read(ref _unknowns);

    /// <summary>Somebody is about to publish it.</summary>
    public void Intend(string name) => Change(name, static entry => entry.IsIntended = true);

    /// <summary>The broker answered, or did not. A later answer for the same name replaces an earlier "unknown", which was published again.</summary>
    public void Told(string name, PublishStatus status)
    {
        if (status == PublishStatus.Unknown)
        {
            Interlocked.Increment(ref _unknowns);
        }

        Change(name, entry => entry.Status = entry.Status == PublishStatus.Accepted ? PublishStatus.Accepted : status);
    }

    /// <summary>It is being run.</summary>
    public void Run(string name)
        => Change(name, static entry =>
        {
            entry.Runs++;
            entry.IsGivenBack = false;
        });

    /// <summary>It was run, and the broker took it back for later.</summary>
    public void GiveBack(string name)
        => Change(name, static entry =>
        {
            entry.GivenBack++;
            entry.IsGivenBack = true;
        });

    /// <summary>The names that are owed, a few of them.</summary>
    public string[] SomeOwed()
    {
        lock (_gate)
        {
            return [.. _entries.Where(static pair => pair.Value.IsOwed).Select(static pair => pair.Key).Take(10)];
        }
    }

    /// <summary>Judges.</summary>
    public LedgerVerdict Judge()
    {
        lock (_gate)
        {
            var recovered = _entries.Values.Count(static entry => entry is { IsIntended: true, Status: null or PublishStatus.Unknown, Runs: > 0 });
            var unexpected = _entries.Values.Count(static entry => entry.Runs > 0 && (!entry.IsIntended || entry.Status == PublishStatus.Rejected));
            return new LedgerVerdict(_accepted, _ran, _lost, recovered, unexpected, _duplicated);
        }
    }

    private void Change(string name, Action<Entry> change)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(name, out var entry))
            {
                _entries[name] = entry = new Entry();
            }

            Count(entry, -1);
            change(entry);
            Count(entry, 1);
        }
    }

    private void Count(Entry entry, int sign)
    {
        _accepted += entry.Status == PublishStatus.Accepted ? sign : 0;
        _ran += entry.Runs > 0 ? sign : 0;
        _lost += entry.IsOwed ? sign : 0;
        _duplicated += sign * Math.Max(0, entry.Runs - 1 - entry.GivenBack);
    }

    private sealed class Entry
    {
        public bool IsIntended { get; set; }

        public PublishStatus? Status { get; set; }

        public int Runs { get; set; }

        public int GivenBack { get; set; }

        public bool IsGivenBack { get; set; }

        public bool IsOwed => (Status == PublishStatus.Accepted && Runs == 0) || IsGivenBack;
    }
}
