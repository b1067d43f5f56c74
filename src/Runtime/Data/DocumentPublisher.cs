namespace HighPerf.Data;

/// <summary>The way of a source's documents into the system.</summary>
public abstract class DocumentPublisher
{
    /// <summary>
    /// Publishes a document and completes when the source may forget it: at a broker that survives a killed process, when the broker has it; at level Memory,
    /// when every subscriber has executed it and its results are in their sinks. The id must be derived from what the document is (file, position), so that a
    /// document that is published again after a crash is the same one.
    /// </summary>
    /// <exception cref="DocumentFailedException">A subscriber failed for good; the document is among the dead letters and must not be published again.</exception>
    public abstract ValueTask PublishAsync<TDocument>(MessageId id, TDocument document, CancellationToken cancellationToken)
        where TDocument : IMessage<TDocument>;
}
