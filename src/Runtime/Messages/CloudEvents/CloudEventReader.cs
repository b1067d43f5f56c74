using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace HighPerf.Messages;

/// <summary>
/// From a CloudEvent to an envelope and its body. Whatever was not published by us is an event unless its type is declared here as something else. What the envelope has
/// no field for becomes a free header: unknown attributes under their names, source, subject, schema and an id that is no UUID with "ce-" before theirs.
/// </summary>
/// <param name="known">The declaration with a wire name; null for none.</param>
/// <param name="clock">What the time is, for events that do not say.</param>
/// <param name="maxBodyBytes">Limit of a body.</param>
internal sealed class CloudEventReader(Func<string, MessageDescriptor?> known, TimeProvider clock, int maxBodyBytes = EnvelopeLimits.DefaultMaxBodyBytes)
{
    /// <summary>Binary mode: attributes from headers, the body as it is.</summary>
    /// <exception cref="MessageFormatException">An attribute is missing or is not what it should be, or the data is in a form that is not read here.</exception>
    public void Read(CloudEventAttributes attributes, ReadOnlySpan<byte> data, PooledBuffer buffer)
    {
        var isJson = CloudEventMedia.IsJson(attributes[CloudEventNames.DataContentType]);
        if (data.Length > maxBodyBytes)
        {
            throw new MessageFormatException($"The data takes {data.Length} bytes; {maxBodyBytes} are allowed.");
        }

        EnvelopeCodec.Write(buffer, Fields(attributes, isJson));

        // An event without data is there for its attributes.
        buffer.Write(data.IsEmpty && isJson ? "null"u8 : data);
        EnvelopeCodec.Complete(buffer);
    }

    /// <summary>Structured mode: a JSON object with the attributes and <c>data</c> or <c>data_base64</c>.</summary>
    /// <exception cref="MessageFormatException">As in binary mode, and where the JSON is bad.</exception>
    public void ReadStructured(ReadOnlySpan<byte> json, PooledBuffer buffer)
    {
        var attributes = new CloudEventAttributes();
        var data = CloudEventJson.Read(json, attributes, out var isText);
        if (isText && !CloudEventMedia.IsJson(attributes[CloudEventNames.DataContentType]))
        {
            throw new MessageFormatException($"Data that is not JSON is expected as {CloudEventNames.DataBase64}.");
        }

        Read(attributes, data, buffer);
    }

    private EnvelopeFields Fields(CloudEventAttributes attributes, bool isJson)
    {
        var version = Required(attributes, CloudEventNames.SpecVersion);
        if (version != "1.0")
        {
            throw new MessageFormatException($"CloudEvents {version} is not read here (known: 1.0).");
        }

        var headers = new Dictionary<string, string>();
        var (id, source) = (Required(attributes, CloudEventNames.Id), Required(attributes, CloudEventNames.Source));
        if (!MessageId.TryParse(id, out var messageId))
        {
            // A source and an id are one event, wherever and how often it comes.
            messageId = MessageId.Derive(source + "\n" + id);
            headers.Add(CloudEventNames.IdHeader, id);
        }

        headers.Add(CloudEventNames.SourceHeader, source);
        var fields = new EnvelopeFields
        {
            Message = Message(attributes),
            Id = messageId,
            IsJson = isJson,
            CreatedTicks = Instant(attributes, CloudEventNames.Time) is var time and not 0 ? time : clock.GetUtcNow().UtcTicks,
            CorrelationId = Id(attributes, CloudEventNames.CorrelationId),
            ParentId = Id(attributes, CloudEventNames.CausationId),
            RootId = Id(attributes, CloudEventNames.Root),
            ExpiresTicks = Instant(attributes, CloudEventNames.ExpiryTime),
            NotBeforeTicks = Instant(attributes, CloudEventNames.NotBefore),
            OrderingKey = attributes[CloudEventNames.PartitionKey],
            Tenant = attributes[CloudEventNames.Tenant],
            Attempt = attributes[CloudEventNames.Attempt] is { } attempt
                ? ushort.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Bad(CloudEventNames.Attempt, attempt)
                : (ushort)0,
            Priority = attributes[CloudEventNames.Priority] switch
            {
                null or "normal" => MessagePriority.Normal,
                "high" => MessagePriority.High,
                "low" => MessagePriority.Low,
                var other => throw Bad(CloudEventNames.Priority, other),
            },
            Reply = Reply(attributes[CloudEventNames.Reply]),
            Workflow = Workflow(attributes[CloudEventNames.Workflow]),
            RemoteTrace = Trace(attributes),
        };
        AddHeaders(attributes, headers);
        fields.Headers = headers;
        return fields;
    }

    private MessageDescriptor Message(CloudEventAttributes attributes)
    {
        var type = Required(attributes, CloudEventNames.Type);
        if (Encoding.UTF8.GetByteCount(type) > EnvelopeLimits.MaxNameBytes)
        {
            throw new MessageFormatException($"The CloudEvents type has more than {EnvelopeLimits.MaxNameBytes} bytes.");
        }

        var declared = known(type);
        MessageKind? kind = attributes[CloudEventNames.Kind] switch
        {
            null => null,
            "command" => MessageKind.Command,
            "event" => MessageKind.Event,
            "document" => MessageKind.Document,
            var other => throw Bad(CloudEventNames.Kind, other),
        };
        if (declared is not null && kind is not null && declared.Kind != kind)
        {
            throw new MessageFormatException($"'{type}' comes as {kind} and is declared here as {declared.Kind}.");
        }

        var schema = attributes[CloudEventNames.Schema] is not { } text
            ? declared?.Fingerprint ?? 0
            : ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : throw Bad(CloudEventNames.Schema, text);
        return declared is not null && declared.Fingerprint == schema ? declared : new MessageDescriptor(kind ?? declared?.Kind ?? MessageKind.Event, type, schema);
    }

    private static void AddHeaders(CloudEventAttributes attributes, Dictionary<string, string> headers)
    {
        foreach (var (name, value) in attributes.Items)
        {
            if (name == CloudEventNames.Headers)
            {
                CloudEventJson.ReadHeaders(value, headers);
            }
            else if (name is CloudEventNames.Subject or CloudEventNames.DataSchema)
            {
                headers.TryAdd("ce-" + name, value);
            }
            else if (CloudEventNames.IsFree(name))
            {
                headers.TryAdd(name, value);
            }
        }
    }

    private static RemoteTrace? Trace(CloudEventAttributes attributes)
    {
        // A trace that cannot be read is no reason to lose the message: the specification of trace context says to start another one.
        return attributes[CloudEventNames.TraceParent] is { } parent && ActivityContext.TryParse(parent, attributes[CloudEventNames.TraceState], isRemote: true, out var context)
            ? new RemoteTrace(new TraceContext(context.TraceId, context.SpanId, context.TraceFlags), context.TraceState)
            : null;
    }

    private static ReplyAddress Reply(string? value)
    {
        if (value is null)
        {
            return default;
        }

        return value.Length == 33 && value[16] == '-'
            && long.TryParse(value.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var instance)
            && long.TryParse(value.AsSpan(17), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var token)
            ? new ReplyAddress(instance, token)
            : throw Bad(CloudEventNames.Reply, value);
    }

    private static WorkflowReference Workflow(string? value)
    {
        if (value is null)
        {
            return default;
        }

        var parts = value.Split('/');
        return parts.Length == 3 && MessageId.TryParse(parts[0], out var id)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var node)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? new WorkflowReference(id, node, ordinal)
            : throw Bad(CloudEventNames.Workflow, value);
    }

    /// <summary>Ours are UUIDs; another's correlation id is derived, so that what belongs together stays together.</summary>
    private static MessageId Id(CloudEventAttributes attributes, string name)
        => attributes[name] is not { Length: > 0 } value ? default : MessageId.TryParse(value, out var id) ? id : MessageId.Derive(value);

    private static long Instant(CloudEventAttributes attributes, string name) => attributes[name] is { } value ? CloudEventText.Instant(name, value) : 0;

    private static string Required(CloudEventAttributes attributes, string name)
        => attributes[name] is { Length: > 0 } value ? value : throw new MessageFormatException($"The CloudEvents attribute '{name}' is missing.");

    private static MessageFormatException Bad(string name, string value) => new($"The CloudEvents attribute '{name}' cannot be '{value}'.");
}
