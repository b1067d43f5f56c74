namespace HighPerf.Transports.Kafka;

/// <summary>The first of a partition whose messages wait for their instant.</summary>
/// <param name="Offset">Where it is.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Key">Its ordering key.</param>
/// <param name="Headers">What it carries.</param>
/// <param name="Until">UTC ticks at which it goes on.</param>
internal sealed record WaitingRecord(long Offset, PooledBuffer Bytes, string? Key, RecordHeaders Headers, long Until);
