using HighPerf.Data;
using HighPerf.Transports;

namespace HighPerf.Routing;

/// <summary>
/// The way of a source's documents: where the broker survives a killed process, a document is safe when the broker has it; at level Memory, when its subscribers are
/// done and their results are in the sinks.
/// </summary>
internal sealed class RoutedDocuments(Publisher publisher) : DocumentPublisher
{
    public override async ValueTask PublishAsync<TDocument>(MessageId id, TDocument document, CancellationToken cancellationToken)
    {
        if (publisher.DestinationOf(TDocument.Descriptor).Transport.Durability != DurabilityLevel.Memory)
        {
            await publisher.PublishAsync(id, document, cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await publisher.PublishAndWaitAsync(id, document, cancellationToken).ConfigureAwait(false);
        }
        catch (TaskFailedException exception)
        {
            throw new DocumentFailedException(exception.Message, exception);
        }
    }
}
