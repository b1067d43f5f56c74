using System.Buffers.Binary;
using System.Globalization;
using HighPerf.Apps;
using HighPerf.Journal;

// Programs that are killed. Each says on standard output what it was told had been kept, and is expected to be right about it.
return args switch
{
    ["journal-add", var directory] => await JournalAdd(directory),
    ["journal-open", var directory] => JournalOpen(directory),
    ["embedded", var directory, var first] => await EmbeddedWork.RunAsync(directory, int.Parse(first, CultureInfo.InvariantCulture)),
    ["client-hold", var socket, var count] => await EmbeddedWork.HoldAsync(socket, int.Parse(count, CultureInfo.InvariantCulture)),
    ["order", var broker, var count, .. var queues] => await HouseWork.OrderAsync(broker, int.Parse(count, CultureInfo.InvariantCulture), queues),
    ["ask", var broker, var count, var queue] => await HouseWork.AskAsync(broker, int.Parse(count, CultureInfo.InvariantCulture), queue),
    ["work", var broker, var count, var queue, var ledger] => await HouseWork.WorkAsync(broker, int.Parse(count, CultureInfo.InvariantCulture), queue, ledger, HouseWork.All),
    ["answer", var broker, var count, var queue, var ledger] => await HouseWork.WorkAsync(broker, int.Parse(count, CultureInfo.InvariantCulture), queue, ledger, HouseWork.Asked),
    ["ask-joined", var broker, var state, var count, var queue] => await HouseWork.AskJoinedAsync(broker, state, int.Parse(count, CultureInfo.InvariantCulture), queue),
    ["join", var broker, var state, var count, var queue, var ledger]
        => await HouseWork.WorkAsync(broker, int.Parse(count, CultureInfo.InvariantCulture), queue, ledger, HouseWork.Joined, state),
    ["poison-order", var broker, var kinds, var count, var queue] => await PoisonWork.OrderAsync(broker, kinds.Split(','), int.Parse(count, CultureInfo.InvariantCulture), queue),
    ["poison-work", var broker, var state, var poisons, var count, var queue, var ledger]
        => await PoisonWork.WorkAsync(broker, state, int.Parse(poisons, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture), queue, ledger),
    _ => 64,
};

static async Task<int> JournalAdd(string directory)
{
    using var journal = RecordJournal.Open(directory, new Nothing(), new RecordJournalOptions { SegmentBytes = 64 * 1024 });
    var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
    {
        var payload = new byte[200];
        for (var i = 0; ; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(payload, (i * 4) + writer);
            var entry = await journal.AddAsync(1, payload);
            lock (Console.Out)
            {
                Console.Out.WriteLine($"added {(i * 4) + writer}");
                Console.Out.Flush();
            }

            if (i % 4 != 0)
            {
                await journal.RemoveAsync(entry);
                lock (Console.Out)
                {
                    Console.Out.WriteLine($"removed {(i * 4) + writer}");
                    Console.Out.Flush();
                }
            }
        }
    }));
    await Task.WhenAll(writers);
    return 0;
}

static int JournalOpen(string directory)
{
    try
    {
        using var journal = RecordJournal.Open(directory, new Nothing());
        return 0;
    }
    catch (JournalException exception)
    {
        Console.Error.WriteLine(exception.Message);
        return 3;
    }
}

internal sealed class Nothing : JournalReplay
{
    public override void OnAdded(JournalEntry entry, byte type, ReadOnlySpan<byte> payload)
    {
    }

    public override void OnAmended(JournalEntry entry, byte type, ReadOnlySpan<byte> payload)
    {
    }

    public override void OnRemoved(JournalEntry entry)
    {
    }
}
