using HighPerf.Messages;

namespace HighPerf.Routing;

/// <summary>Who subscribes to what, by the wire-name hash of the event or document.</summary>
internal sealed class Subscriptions
{
    private static readonly TaskDescriptor[] Nobody = [];
    private readonly WireHashMap<TaskDescriptor[]> _byMessage = new();
    private readonly WireHashMap<MessageDescriptor> _messages = new();

    public Subscriptions(IEnumerable<Subscription> subscriptions)
    {
        foreach (var group in subscriptions.GroupBy(static s => s.Message.Hash))
        {
            _messages.GetOrAdd(group.Key, group.First().Message);
            _byMessage.GetOrAdd(group.Key, [.. group.Select(static s => s.Task).Distinct().OrderBy(static t => t.Name, StringComparer.Ordinal)]);
        }
    }

    /// <summary>The event or document as it is known here; null when nobody subscribes to it.</summary>
    public MessageDescriptor? MessageOf(ulong messageHash) => _messages.Find(messageHash);

    public TaskDescriptor[] Of(ulong messageHash) => _byMessage.Find(messageHash) ?? Nobody;
}
