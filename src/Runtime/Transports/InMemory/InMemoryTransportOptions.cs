namespace HighPerf.Transports;

/// <summary>Bounds of an <see cref="InMemoryTransport"/>; each is per queue.</summary>
public sealed class InMemoryTransportOptions : LocalTransportOptions;
