namespace HighPerf.Data.Tests;

/// <summary>Keeps what is published, and does what a test wants with it.</summary>
internal sealed class FakePublisher(Func<Reading, CancellationToken, Task>? publish = null) : DocumentPublisher
{
    private readonly Lock _lock = new();
    private readonly List<(MessageId Id, Reading Document)> _published = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private int _inFlight;

    public int MaxInFlight { get; private set; }

    public IReadOnlyList<(MessageId Id, Reading Document)> Published
    {
        get
        {
            lock (_lock)
            {
                return [.. _published];
            }
        }
    }

    public IEnumerable<Reading> Documents => Published.Select(p => p.Document);

    public IEnumerable<MessageId> Ids => Published.Select(p => p.Id);

    public Task ReachedAsync(int count)
    {
        lock (_lock)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_published.Count >= count)
            {
                reached.SetResult();
            }
            else
            {
                _waiting.Add((count, reached));
            }

            return reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    public override async ValueTask PublishAsync<TDocument>(MessageId id, TDocument document, CancellationToken cancellationToken)
    {
        var reading = (Reading)(object)document;
        lock (_lock)
        {
            _published.Add((id, reading));
            MaxInFlight = Math.Max(MaxInFlight, ++_inFlight);
            _waiting.RemoveAll(w => w.Count <= _published.Count && w.Reached.TrySetResult());
        }

        try
        {
            if (publish is not null)
            {
                await publish(reading, cancellationToken);
            }
        }
        finally
        {
            lock (_lock)
            {
                _inFlight--;
            }
        }
    }
}
