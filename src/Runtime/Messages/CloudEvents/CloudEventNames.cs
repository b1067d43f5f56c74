namespace HighPerf.Messages;

/// <summary>Names of attributes: the core's, the documented extensions', and ours (hp…).</summary>
internal static class CloudEventNames
{
    public const string SpecVersion = "specversion";
    public const string Id = "id";
    public const string Source = "source";
    public const string Type = "type";
    public const string Time = "time";
    public const string Subject = "subject";
    public const string DataContentType = "datacontenttype";
    public const string DataSchema = "dataschema";
    public const string Data = "data";
    public const string DataBase64 = "data_base64";

    // Extensions that the specification's repository documents.
    public const string PartitionKey = "partitionkey";
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";
    public const string CorrelationId = "correlationid";
    public const string CausationId = "causationid";
    public const string ExpiryTime = "expirytime";

    // Ours.
    public const string Kind = "hpkind";
    public const string Root = "hproot";
    public const string NotBefore = "hpnotbefore";
    public const string Attempt = "hpattempt";
    public const string Priority = "hppriority";
    public const string Reply = "hpreply";
    public const string Workflow = "hpworkflow";
    public const string Tenant = "hptenant";
    public const string Schema = "hpschema";
    public const string Headers = "hpheaders";

    // Free headers that keep what the envelope has no field for. A hyphen is in no attribute's name.
    public const string IdHeader = "ce-id";
    public const string SourceHeader = "ce-source";
    public const string SubjectHeader = "ce-subject";
    public const string DataSchemaHeader = "ce-dataschema";

    /// <summary>Before attributes in headers, by the protocol bindings: HTTP and NATS.</summary>
    public const string HttpPrefix = "ce-";

    /// <summary>Kafka.</summary>
    public const string KafkaPrefix = "ce_";

    /// <summary>AMQP 1.0, and RabbitMQ by custom; a reader accepts "cloudEvents_" as well.</summary>
    public const string AmqpPrefix = "cloudEvents:";

    private static readonly HashSet<string> s_taken = new(StringComparer.Ordinal)
    {
        SpecVersion, Id, Source, Type, Time, Subject, DataContentType, DataSchema, Data, PartitionKey, TraceParent, TraceState, CorrelationId, CausationId, ExpiryTime,
        Kind, Root, NotBefore, Attempt, Priority, Reply, Workflow, Tenant, Schema, Headers,
    };

    /// <summary>True for a name that a free header may have as an attribute of its own.</summary>
    public static bool IsFree(string name) => IsValid(name) && !s_taken.Contains(name);

    /// <summary>Small letters and digits, and nothing else.</summary>
    public static bool IsValid(string name) => name.Length > 0 && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
}
