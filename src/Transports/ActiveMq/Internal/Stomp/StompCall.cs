namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>A request that is awaited: for everything that is not per message.</summary>
internal sealed class StompCall(Action<StompWriter, long> write) : StompRequest
{
    // Continuations must not run on the thread that reads.
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _done.Task;

    public override void Write(StompWriter writer, long receipt) => write(writer, receipt);

    public override void OnReceipt() => _done.SetResult();

    public override void OnRefused(string reason) => _done.SetException(new StompErrorException(reason));

    public override void OnLost(Exception reason) => _done.SetException(new StompConnectionException(reason));
}
