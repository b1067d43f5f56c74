using System.Text;
using HighPerf.Journal;

namespace HighPerf.Tests.Journal;

/// <summary>What a journal said that it holds.</summary>
internal sealed class Replayed : JournalReplay
{
    public SortedDictionary<long, (JournalEntry Entry, byte Type, byte[] Payload, string? Note)> Records { get; } = [];

    public string[] Texts => [.. Records.Values.Select(static record => Encoding.UTF8.GetString(record.Payload))];

    public override void OnAdded(JournalEntry entry, byte type, ReadOnlySpan<byte> payload) => Records.Add(entry.Number, (entry, type, payload.ToArray(), null));

    public override void OnAmended(JournalEntry entry, byte type, ReadOnlySpan<byte> payload)
        => Records[entry.Number] = Records[entry.Number] with { Note = Encoding.UTF8.GetString(payload) };

    public override void OnRemoved(JournalEntry entry) => Assert.True(Records.Remove(entry.Number));
}
