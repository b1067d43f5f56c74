using System.Runtime.InteropServices;
using System.Text;
using HighPerf.Data;
using HighPerf.Transports;

namespace HighPerf.Hosting;

/// <summary>What a start prints: roles, brokers, queues, tasks. No secrets: transports describe themselves without them.</summary>
internal static class Banner
{
    public static string Format(
        IReadOnlyList<Transport> transports,
        WorkerOptions? worker,
        IReadOnlyList<Destination> consumed,
        IReadOnlyList<TaskHandler> handlers,
        Func<TaskDescriptor, string> destinationOf,
        IReadOnlyList<Source> sources,
        IReadOnlyList<Sink> sinks)
    {
        var text = new StringBuilder();
        text.Append("HighPerf ").Append(typeof(Banner).Assembly.GetName().Version?.ToString(3)).Append(" on ").Append(RuntimeInformation.FrameworkDescription).Append(", ").Append(Environment.ProcessorCount).Append(" processors");
        Line(text, "roles", string.Join(", ", Roles(worker, sources, sinks)));
        Line(text, "brokers", string.Join(", ", transports.Select(static t => $"{t.Name} ({t.Description}, survives: {t.Durability.WhatIsSurvived()})")));
        foreach (var level in (ReadOnlySpan<SupportLevel>)[SupportLevel.Native, SupportLevel.Emulated, SupportLevel.Impossible])
        {
            foreach (var transport in transports)
            {
                Features(text, transport, level);
            }
        }

        if (worker is not null)
        {
            Line(text, "queues", string.Join(", ", consumed));
        }

        Line(text, "tasks", handlers.Count == 0 ? "none: is there a [Task] in this application?" : string.Empty);
        foreach (var handler in handlers.OrderBy(static h => h.Descriptor.Name, StringComparer.Ordinal))
        {
            text.AppendLine().Append("    ").Append(handler.Descriptor.Name).Append(" -> ").Append(destinationOf(handler.Descriptor));
        }

        return text.ToString();
    }

    private static IEnumerable<string> Roles(WorkerOptions? worker, IReadOnlyList<Source> sources, IReadOnlyList<Sink> sinks)
    {
        yield return "publisher";
        if (worker is not null)
        {
            yield return $"worker ({worker.Concurrency} I/O slots, {worker.CpuConcurrency} CPU slots)";
        }

        foreach (var source in sources)
        {
            yield return $"source {source.Name}";
        }

        foreach (var sink in sinks)
        {
            yield return $"sink {sink.Name}";
        }
    }

    private static void Features(StringBuilder text, Transport transport, SupportLevel level)
    {
        var names = TransportCapabilities.Features.Where(feature => transport.Capabilities[feature].Level == level).Select(TransportCapabilities.NameOf).ToList();
        if (names.Count > 0)
        {
            text.AppendLine().Append("    ").Append(transport.Name).Append(' ').Append(TransportSupport.Word(level)).Append(": ").AppendJoin(", ", names);
        }
    }

    private static void Line(StringBuilder text, string label, string value) => text.AppendLine().Append("  ").Append(label.PadRight(10)).Append(value);
}
