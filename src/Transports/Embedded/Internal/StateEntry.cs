using HighPerf.Journal;

namespace HighPerf.Transports.Embedded;

/// <summary>A key of the state: one value, or the members of a group.</summary>
internal sealed class StateEntry(string key, bool isGroup)
{
    public string Key => key;

    public bool IsGroup => isGroup;

    /// <summary>By member; a value has the one member 0.</summary>
    public SortedList<int, Held> Members { get; } = [];

    /// <summary>UTC ticks: a group lives as long as its latest member.</summary>
    public long End
    {
        get
        {
            var end = 0L;
            foreach (var held in Members.Values)
            {
                end = Math.Max(end, held.End);
            }

            return end;
        }
    }

    /// <summary>A record of the journal.</summary>
    public sealed class Held(StateEntry entry, int member)
    {
        public StateEntry Entry => entry;

        public int Member => member;

        public JournalEntry Record { get; set; } = null!;

        public byte[] Value { get; set; } = [];

        public long End { get; set; }
    }
}
