using HighPerf.Messages;
using HighPerf.Transports;

namespace HighPerf.Publishing;

/// <summary>Where messages go, by wire-name hash: filled at start from the routes, extended when a message is met for the first time.</summary>
internal sealed class DestinationTable(Func<MessageDescriptor, string?, Destination> resolve, Func<string, Destination> resolveQueue)
{
    private readonly WireHashMap<Destination> _byMessage = new();
    private readonly WireHashMap<Destination> _byQueue = new();

    public Destination Find(MessageDescriptor message, string? declaredQueue)
        => _byMessage.Find(message.Hash) ?? _byMessage.GetOrAdd(message.Hash, resolve(message, declaredQueue));

    /// <summary>A queue that a caller named: <c>queue</c> or <c>broker/queue</c>.</summary>
    public Destination FindQueue(string queue)
    {
        var hash = WireHash.Of(queue);
        return _byQueue.Find(hash) ?? _byQueue.GetOrAdd(hash, resolveQueue(queue));
    }
}
