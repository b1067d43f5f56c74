using HighPerf.Messages;
using HighPerf.Transports;

namespace HighPerf.Publishing;

/// <summary>Where messages go, by wire-name hash: filled at start from the routes, extended when a message is met for the first time.</summary>
/// <param name="resolve">The route of a message of which neither tenant nor label is said.</param>
/// <param name="resolveQueue">A queue that a caller named.</param>
/// <param name="resolveFor">The route of a message of a tenant or with a label; null where no route goes by those.</param>
internal sealed class DestinationTable(
    Func<MessageDescriptor, string?, Destination> resolve, Func<string, Destination> resolveQueue, Func<MessageDescriptor, string?, string?, string?, Destination>? resolveFor = null)
{
    private readonly WireHashMap<Destination> _byMessage = new();
    private readonly WireHashMap<Destination> _byQueue = new();

    public Destination Find(MessageDescriptor message, string? declaredQueue)
        => _byMessage.Find(message.Hash) ?? _byMessage.GetOrAdd(message.Hash, resolve(message, declaredQueue));

    /// <summary>Where a message goes about which something was said. Tenants are many: their routes are not kept.</summary>
    public Destination Find(MessageDescriptor message, string? declaredQueue, CallOptions? options)
    {
        if (options?.Queue is { } queue)
        {
            return FindQueue(queue);
        }

        return options is not null && resolveFor is not null && (options.Tenant is not null || options.Headers is not null)
            ? resolveFor(message, declaredQueue, options.Tenant, options.Label)
            : Find(message, declaredQueue);
    }

    /// <summary>A queue that a caller named: <c>queue</c> or <c>broker/queue</c>.</summary>
    public Destination FindQueue(string queue)
    {
        var hash = WireHash.Of(queue);
        return _byQueue.Find(hash) ?? _byQueue.GetOrAdd(hash, resolveQueue(queue));
    }
}
