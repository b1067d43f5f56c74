using System.Buffers;
using System.Globalization;
using System.Text;

namespace HighPerf.Messages;

/// <summary>
/// From an envelope to CloudEvents 1.0 attributes (https://github.com/cloudevents/spec): what a transport puts into a broker's native headers beside a plain body, so
/// that a script in any language reads the message. Fields of a later envelope version are the only thing that does not come along.
/// </summary>
internal static class CloudEventWriter
{
    /// <summary>Adds the attributes of a message.</summary>
    /// <param name="envelope">The message.</param>
    /// <param name="source">Who publishes: a URI reference, for example <c>/shop/orders</c>. A message that came as a CloudEvent keeps the source it came with.</param>
    /// <param name="attributes">Where to.</param>
    public static void Write(in Envelope envelope, string source, CloudEventAttributes attributes)
    {
        var headers = envelope.ReadHeaders();
        attributes.Add(CloudEventNames.SpecVersion, "1.0");
        attributes.Add(CloudEventNames.Id, headers?.GetValueOrDefault(CloudEventNames.IdHeader) ?? envelope.Id.ToString());
        attributes.Add(CloudEventNames.Source, headers?.GetValueOrDefault(CloudEventNames.SourceHeader) ?? source);
        attributes.Add(CloudEventNames.Type, envelope.Name);
        attributes.Add(CloudEventNames.Time, CloudEventText.Instant(envelope.CreatedTicks));
        attributes.Add(CloudEventNames.DataContentType, envelope.ContentType switch
        {
            ContentType.Json => CloudEventMedia.Json,
            ContentType.Binary => CloudEventMedia.Binary,
            _ => throw new MessageFormatException(ContentType.Explain(envelope.ContentType, envelope.Name)),
        });
        AddText(attributes, CloudEventNames.Subject, headers?.GetValueOrDefault(CloudEventNames.SubjectHeader));
        AddText(attributes, CloudEventNames.DataSchema, headers?.GetValueOrDefault(CloudEventNames.DataSchemaHeader));
        AddText(attributes, CloudEventNames.PartitionKey, envelope.OrderingKey);
        AddTrace(envelope, attributes);
        AddId(attributes, CloudEventNames.CorrelationId, envelope.CorrelationId);
        AddId(attributes, CloudEventNames.CausationId, envelope.ParentId);
        AddInstant(attributes, CloudEventNames.ExpiryTime, envelope.ExpiresTicks);
        AddOurs(envelope, attributes);
        if (headers is not null)
        {
            AddHeaders(attributes, headers);
        }
    }

    private static void AddTrace(in Envelope envelope, CloudEventAttributes attributes)
    {
        if (!envelope.TryGetTrace(out var trace))
        {
            return;
        }

        attributes.Add(CloudEventNames.TraceParent, $"00-{trace.TraceId.ToHexString()}-{trace.SpanId.ToHexString()}-{(byte)trace.Flags:x2}");
        AddText(attributes, CloudEventNames.TraceState, envelope.TraceState);
    }

    private static void AddOurs(in Envelope envelope, CloudEventAttributes attributes)
    {
        attributes.Add(CloudEventNames.Kind, envelope.Kind switch { MessageKind.Command => "command", MessageKind.Event => "event", _ => "document" });
        AddId(attributes, CloudEventNames.Root, envelope.RootId);
        AddInstant(attributes, CloudEventNames.NotBefore, envelope.NotBeforeTicks);
        AddText(attributes, CloudEventNames.Tenant, envelope.Tenant);
        if (envelope.Attempt > 0)
        {
            attributes.Add(CloudEventNames.Attempt, envelope.Attempt.ToString(CultureInfo.InvariantCulture));
        }

        if (envelope.Priority != MessagePriority.Normal)
        {
            attributes.Add(CloudEventNames.Priority, envelope.Priority == MessagePriority.High ? "high" : "low");
        }

        if (envelope.Reply is { IsNone: false } reply)
        {
            attributes.Add(CloudEventNames.Reply, $"{reply.Instance:x16}-{reply.Token:x16}");
        }

        if (envelope.Workflow is { Id.IsNone: false } workflow)
        {
            attributes.Add(CloudEventNames.Workflow, string.Create(CultureInfo.InvariantCulture, $"{workflow.Id}/{workflow.Node}/{workflow.Ordinal}"));
        }

        if (envelope.Fingerprint != 0)
        {
            attributes.Add(CloudEventNames.Schema, envelope.Fingerprint.ToString("x16", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A free header is an attribute of its own where its name can be one; the others are one JSON object.</summary>
    private static void AddHeaders(CloudEventAttributes attributes, IReadOnlyDictionary<string, string> headers)
    {
        ArrayBufferWriter<byte>? others = null;
        JsonMessageWriter? json = null;
        foreach (var (name, value) in headers)
        {
            if (CloudEventNames.IsFree(name))
            {
                attributes.Add(name, value);
            }
            else if (name is not (CloudEventNames.IdHeader or CloudEventNames.SourceHeader or CloudEventNames.SubjectHeader or CloudEventNames.DataSchemaHeader))
            {
                if (json is null)
                {
                    others = new ArrayBufferWriter<byte>();
                    json = new JsonMessageWriter(others);
                    json.StartObject();
                }

                json.Name(name);
                json.WriteString(value);
            }
        }

        if (json is not null)
        {
            json.EndObject();
            json.Flush();
            attributes.Add(CloudEventNames.Headers, Encoding.UTF8.GetString(others!.WrittenSpan));
        }
    }

    private static void AddText(CloudEventAttributes attributes, string name, string? value)
    {
        // An attribute that is there is not empty.
        if (!string.IsNullOrEmpty(value))
        {
            attributes.Add(name, value);
        }
    }

    private static void AddId(CloudEventAttributes attributes, string name, MessageId id)
    {
        if (!id.IsNone)
        {
            attributes.Add(name, id.ToString());
        }
    }

    private static void AddInstant(CloudEventAttributes attributes, string name, long ticks)
    {
        if (ticks != 0)
        {
            attributes.Add(name, CloudEventText.Instant(ticks));
        }
    }
}
