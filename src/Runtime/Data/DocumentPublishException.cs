namespace HighPerf.Data;

/// <summary>Tells, inside a run, a publisher that cannot go on from a mapping or a document that failed.</summary>
internal sealed class DocumentPublishException(Exception inner) : Exception(inner.Message, inner);
