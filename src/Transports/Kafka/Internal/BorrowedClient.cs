namespace HighPerf.Transports.Kafka;

/// <summary>A client's handle in somebody's hands: the client ends when all are given back.</summary>
internal readonly struct BorrowedClient(ProducerClient client) : IDisposable
{
    public nint Handle => client.Handle;

    public void Dispose() => client.GiveBack();
}
