namespace HighPerf.Messages;

/// <summary>How a CloudEvent lies in a broker's message: what its native content type says.</summary>
internal enum CloudEventMode
{
    /// <summary>Attributes are headers, the body is the data.</summary>
    Binary,

    /// <summary>The body is a JSON object with attributes and data: <c>application/cloudevents+json</c>.</summary>
    Structured,
}
