using Google.Protobuf;
using HighPerf.Benchmarks.Protobuf;
using HighPerf.Benchmarks.Tasks;

namespace HighPerf.Benchmarks.Codecs;

/// <summary>The shapes' values as Protocol Buffers messages.</summary>
internal static class ProtoShapes
{
    public static ProtoSmall Small { get; } = Of(Shapes.Small);

    public static ProtoMedium Medium { get; } = Of(Shapes.Medium);

    public static ProtoLarge Large { get; } = new() { Records = { Shapes.Large.Records.Select(Of) } };

    private static ProtoSmall Of(SmallCommand value) => new()
    {
        Id = Of(value.Id),
        Kind = value.Kind,
        Amount = Of(value.Amount),
        At = Of(value.At),
        Name = value.Name,
    };

    private static ProtoMedium Of(MediumEvent value) => new()
    {
        Id = Of(value.Id),
        Seq = value.Seq,
        Priority = value.Priority,
        Urgent = value.Urgent,
        Score = value.Score,
        Cost = Of(value.Cost),
        CreatedAt = Of(value.CreatedAt),
        DueAt = value.DueAt!.Value.Ticks,
        Name = value.Name,
        Queue = value.Queue,
        Owner = new ProtoOwner { Id = value.Owner.Id, Name = value.Owner.Name, Mail = value.Owner.Mail },
        Tags = { value.Tags },
    };

    private static ProtoRecord Of(Record value)
    {
        var record = new ProtoRecord { N = value.N, Code = value.Code, Value = value.Value, At = Of(value.At), Id = Of(value.Id) };
        if (value.Note is not null)
        {
            record.Note = value.Note;
        }

        return record;
    }

    private static ByteString Of(Guid value) => ByteString.CopyFrom(value.ToByteArray());

    private static ProtoInstant Of(DateTimeOffset value) => new() { Ticks = value.UtcTicks, OffsetMinutes = value.TotalOffsetMinutes };

    private static ProtoDecimal Of(decimal value)
    {
        var bits = decimal.GetBits(value);
        return new ProtoDecimal { Low = (uint)bits[0] | ((ulong)(uint)bits[1] << 32), High = (uint)bits[2], Flags = (uint)bits[3] };
    }
}
