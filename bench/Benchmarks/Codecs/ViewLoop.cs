using HighPerf.Benchmarks.Tasks;

namespace HighPerf.Benchmarks.Codecs;

/// <summary>Looks at every member of a message through its view: strings as UTF-8, no objects.</summary>
public sealed class ViewLoop(string name, byte[] input, Func<byte[], long> look, int batch) : Loop(name, batch)
{
    private long _sum;

    /// <summary>What was seen.</summary>
    public long Sum => _sum;

    /// <summary>How a shape is looked at: as a task does that takes its view, one call for each message.</summary>
    public static Func<byte[], long> Of<TShape>()
        => typeof(TShape) == typeof(SmallCommand) ? LookAtSmall : typeof(TShape) == typeof(MediumEvent) ? LookAtMedium : LookAtLarge;

    /// <inheritdoc/>
    public override void Run(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _sum += look(input);
        }
    }

    private static long LookAtSmall(byte[] input)
    {
        var view = SmallCommandView.Of(input);
        return view.Id.GetHashCode() + view.Kind + view.Amount.Scale + view.At.UtcTicks + view.Name.Utf8.Length;
    }

    private static long LookAtMedium(byte[] input)
    {
        var view = MediumEventView.Of(input);
        var sum = view.Id.GetHashCode() + view.Seq + view.Priority + (view.Urgent ? 1 : 0) + (view.Score > 0 ? 1 : 0) + view.Cost.Scale + view.CreatedAt.UtcTicks + (view.DueAt?.Ticks ?? 0);
        var owner = view.Owner;
        sum += view.Name.Utf8.Length + view.Queue.Utf8.Length + owner.Id + owner.Name.Utf8.Length + owner.Mail.Utf8.Length;
        foreach (var tag in view.Tags)
        {
            sum += tag;
        }

        return sum;
    }

    private static long LookAtLarge(byte[] input)
    {
        var sum = 0L;
        foreach (var record in LargeBatchView.Of(input).Records)
        {
            sum += record.N + record.Code.Utf8.Length + (record.Value > 0 ? 1 : 0) + record.At.UtcTicks + record.Id.GetHashCode() + record.Note.Utf8.Length;
        }

        return sum;
    }
}
