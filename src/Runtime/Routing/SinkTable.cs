using HighPerf.Data;
using HighPerf.Messages;

namespace HighPerf.Routing;

/// <summary>Which results go to which sinks, by the task's wire-name hash.</summary>
internal sealed class SinkTable
{
    private readonly WireHashMap<Sink[]> _byTask = new();

    public SinkTable(IEnumerable<(RoutePattern Pattern, Sink Sink)> rules, IEnumerable<TaskDescriptor> tasks)
    {
        var all = rules.ToArray();
        foreach (var task in tasks)
        {
            var sinks = all.Where(rule => rule.Pattern.IsMatch(task.Name)).Select(static rule => rule.Sink).Distinct().ToArray();
            if (sinks.Length > 0)
            {
                _byTask.GetOrAdd(task.Message.Hash, sinks);
            }
        }
    }

    /// <summary>The sinks of a task; null for none.</summary>
    public Sink[]? Of(ulong taskHash) => _byTask.Find(taskHash);
}
