using System.Globalization;
using System.Text;
using HighPerf.Transports;
using Xunit;
using Xunit.Sdk;

namespace HighPerf.TestKit.Faults;

/// <summary>Publishers and a consumer that go on whatever happens, and the ledger of what was promised and what came.</summary>
/// <param name="transport">The transport, started.</param>
/// <param name="queue">The queue, which nobody else uses.</param>
/// <param name="giveBackOneIn">One of so many deliveries is given back for a moment; 0 for none.</param>
public sealed class FaultLoad(Transport transport, string queue, int giveBackOneIn = 0) : IAsyncDisposable
{
    /// <summary>A broker that is started again, and what it needs to elect, on a busy machine.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan s_giveBackFor = TimeSpan.FromMilliseconds(50);
    private static readonly byte[] s_rest = Encoding.ASCII.GetBytes(" and some more bytes for the body");

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _publishing = [];
    private Task _consuming = Task.CompletedTask;
    private TestConsumer? _consumer;
    private long _next;
    private long _damaged;
    private bool _ended;

    /// <summary>The ledger.</summary>
    public Ledger Ledger { get; } = new();

    /// <summary>The consumer.</summary>
    public TestConsumer Consumer => _consumer ?? throw new InvalidOperationException("The load is not started.");

    /// <summary>Bodies that were not what was published: only where a test corrupts.</summary>
    public long Damaged => Interlocked.Read(ref _damaged);

    /// <summary>Begins.</summary>
    /// <param name="publishers">How many publish at once.</param>
    /// <param name="lease">The consumer's lease.</param>
    public async Task StartAsync(int publishers, TimeSpan lease)
    {
        _consumer = await TestConsumer.OpenAsync(transport, queue, 64, lease).ConfigureAwait(false);
        _consuming = Task.Run(ConsumeAsync);
        _publishing.AddRange(Enumerable.Range(0, publishers).Select(_ => Task.Run(PublishAsync)));
    }

    /// <summary>Waits until so many more are run: nobody is idle.</summary>
    public async Task GoOnAsync(int more, TimeSpan? patience = null)
    {
        var before = Ledger.Ran;
        await UntilAsync(() => Ledger.Ran >= before + more, patience, $"{more} more are run").ConfigureAwait(false);
    }

    /// <summary>Ends publishing, waits until what was accepted is done, and asserts that nothing is lost and nothing came that nobody sent.</summary>
    public async Task<LedgerVerdict> DrainAsync(TimeSpan? patience = null)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_publishing).WaitAsync(patience ?? Wait.Patience).ConfigureAwait(false);
        await UntilAsync(() => Ledger.Owed == 0, patience, "nothing is owed").ConfigureAwait(false);
        var verdict = Ledger.Judge();
        Assert.True(verdict.IsKept, verdict.ToString());
        return verdict;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _ended, true);
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var task in (Task[])[_consuming, .. _publishing])
        {
            // It failed the test already where it was waited for.
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_consumer is not null)
        {
            await _consumer.DisposeAsync().ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private async Task UntilAsync(Func<bool> condition, TimeSpan? patience, string what)
    {
        try
        {
            await Wait.UntilAsync(
                () =>
                {
                    // A load that has failed says why, at once.
                    foreach (var task in (Task[])[_consuming, .. _publishing])
                    {
                        if (task.IsFaulted)
                        {
                            task.GetAwaiter().GetResult();
                        }
                    }

                    return condition();
                },
                patience ?? s_patience,
                what).ConfigureAwait(false);
        }
        catch (XunitException exception)
        {
            throw new XunitException($"{exception.Message}; {Ledger.Judge()}, without an answer {Ledger.Unknowns}, owed {string.Join(' ', Ledger.SomeOwed())}; the queue has {await LengthAsync().ConfigureAwait(false)}.");
        }
    }

    private async Task<string> LengthAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            return (await transport.GetLengthAsync(queue, limit.Token).ConfigureAwait(false)).ToString();
        }
        catch (Exception exception) when (exception is HighPerfException or IOException or OperationCanceledException)
        {
            return $"no length ({exception.Message})";
        }
    }

    private async Task PublishAsync()
    {
        var destination = transport.GetDestination(queue);
        while (!_stopping.IsCancellationRequested)
        {
            var name = Interlocked.Increment(ref _next).ToString(CultureInfo.InvariantCulture);
            var id = MessageId.New();
            Ledger.Intend(name);
            var status = PublishStatus.Unknown;

            // Unknown is published again under the same id, as the contract says (D1).
            while (status == PublishStatus.Unknown && !Volatile.Read(ref _ended))
            {
                var buffer = transport.Rent();
                buffer.Write(Encoding.ASCII.GetBytes(name));
                buffer.Write(s_rest);
                var outcome = await transport.PublishAsync(destination, new OutgoingMessage { Bytes = buffer, Id = id, Priority = MessagePriority.Normal }, default).ConfigureAwait(false);
                status = outcome.Status;
                Ledger.Told(name, status);
            }
        }
    }

    private async Task ConsumeAsync()
    {
        var burst = new Delivery[32];
        var settlements = new List<Task<bool>>();
        var random = new Random(7);
        while (!Volatile.Read(ref _ended))
        {
            var count = Consumer.Receiver.TryReceive(burst);
            for (var i = 0; i < count; i++)
            {
                var text = TestConsumer.Text(in burst[i]);
                var space = text.IndexOf(' ', StringComparison.Ordinal);
                if (space <= 0 || !text.AsSpan(space).SequenceEqual(Encoding.ASCII.GetString(s_rest)))
                {
                    // The broker may have it undamaged.
                    Interlocked.Increment(ref _damaged);
                    settlements.Add(Consumer.Receiver.ReleaseAsync(burst[i].Token, s_giveBackFor).AsTask());
                    continue;
                }

                var name = text[..space];
                Ledger.Run(name);
                if (giveBackOneIn > 0 && random.Next(giveBackOneIn) == 0)
                {
                    // Waited for, so that the next run comes after it.
                    if (await Consumer.Receiver.ReleaseAsync(burst[i].Token, s_giveBackFor).ConfigureAwait(false))
                    {
                        Ledger.GiveBack(name);
                    }
                }
                else
                {
                    settlements.Add(Consumer.Receiver.AcknowledgeAsync(burst[i].Token).AsTask());
                }
            }

            if (count == 0)
            {
                await Consumer.Signal.WaitAsync(TimeSpan.FromSeconds(1), CancellationToken.None).ConfigureAwait(false);
            }

            foreach (var task in settlements.Where(static task => task.IsCompleted))
            {
                await task.ConfigureAwait(false);
            }

            settlements.RemoveAll(static task => task.IsCompleted);
        }
    }
}
