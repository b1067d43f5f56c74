namespace HighPerf.Transports.Embedded;

/// <summary>A queue of the broker.</summary>
internal sealed class ClientDestination(Transport transport, string queue) : Destination(transport, queue);
