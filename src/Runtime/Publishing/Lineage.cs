namespace HighPerf.Publishing;

/// <summary>Where a message comes from: the ids that its envelope carries on.</summary>
internal readonly record struct Lineage(MessageId Parent, MessageId Root, MessageId Correlation);
