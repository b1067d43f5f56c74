namespace HighPerf.Messages;

/// <summary>
/// Which optional fields an envelope has, in the order in which they follow the name. Fields of a later minor version take higher bits and come after the ones
/// known here, so that an older reader skips them by the envelope's length and passes them on byte for byte.
/// </summary>
[Flags]
internal enum EnvelopeFlags : uint
{
    None = 0,

    // Fixed size, in bytes:
    Correlation = 1 << 0, // 16
    Parent = 1 << 1, // 16
    Root = 1 << 2, // 16
    Trace = 1 << 3, // 25: trace id 16, span id 8, flags 1 (W3C trace context, level 1)
    NotBefore = 1 << 4, // 8: UTC ticks
    Expires = 1 << 5, // 8: UTC ticks
    Reply = 1 << 6, // 16: instance 8, token 8
    Workflow = 1 << 7, // 24: workflow id 16, node 4, ordinal 4

    // Variable size: length 2, then the bytes:
    TraceState = 1 << 8,
    OrderingKey = 1 << 9,
    ReplyTo = 1 << 10,
    Tenant = 1 << 11,
    Headers = 1 << 12, // (name length 1, name, value length 2, value) *
    Claim = 1 << 13, // payload id 16, payload length 4, position 4

    FixedSize = Correlation | Parent | Root | Trace | NotBefore | Expires | Reply | Workflow,
    VariableSize = TraceState | OrderingKey | ReplyTo | Tenant | Headers | Claim,
    Known = FixedSize | VariableSize,
}
