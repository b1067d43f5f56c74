using HighPerf.Messages;
using HighPerf.Publishing;
using HighPerf.Routing;

namespace HighPerf.Hosting;

/// <summary>Puts together the JSON of a process. The only way to the generated JSON code: a program that never names it is linked without.</summary>
internal static class JsonSetup
{
    public static JsonBodies Create(JsonMessageOptions options, IReadOnlyList<DispatchTable> tables, RouteTable routes, List<string> errors)
    {
        var codecs = new List<JsonCodec>();
        foreach (var table in tables)
        {
            codecs.AddRange(table.JsonCodecs);
        }

        var json = new JsonBodies(options, codecs, routes.IsJson);
        foreach (var table in tables)
        {
            foreach (var handler in table.Handlers)
            {
                Check(json, handler.Descriptor.Message, errors);
            }

            foreach (var message in table.Messages)
            {
                Check(json, message, errors);
            }
        }

        return json;
    }

    private static void Check(JsonBodies json, MessageDescriptor message, List<string> errors)
    {
        try
        {
            json.ForPublishing(message);
        }
        catch (HighPerfException exception)
        {
            errors.Add(exception.Message);
        }
    }
}
