using System.Buffers;
using HighPerf.Transports;

namespace HighPerf.TestKit;

/// <summary>A receiver with its signal, for tests: receives what is expected and only by the rules of the seam (call again when signalled).</summary>
public sealed class TestConsumer : IAsyncDisposable
{
    private TestConsumer(Receiver receiver, CountingSignal signal)
    {
        Receiver = receiver;
        Signal = signal;
    }

    /// <summary>The receiver.</summary>
    public Receiver Receiver { get; }

    /// <summary>Its signal.</summary>
    public CountingSignal Signal { get; }

    /// <summary>Opens a receiver.</summary>
    public static async Task<TestConsumer> OpenAsync(Transport transport, string queue, int prefetch = 64, TimeSpan? lease = null)
    {
        var signal = new CountingSignal();
        var options = new ReceiverOptions { Prefetch = prefetch, Lease = lease ?? TimeSpan.FromSeconds(30) };
        return new TestConsumer(await transport.OpenReceiverAsync(queue, options, signal, CancellationToken.None), signal);
    }

    /// <summary>The text of a delivery.</summary>
    public static string Text(in Delivery delivery) => System.Text.Encoding.UTF8.GetString(delivery.Bytes.ToArray());

    /// <summary>One call of <see cref="Receiver.TryReceive"/>.</summary>
    public Delivery[] TryReceive(int max)
    {
        var burst = new Delivery[max];
        var count = Receiver.TryReceive(burst);
        return burst[..count];
    }

    /// <summary>Receives exactly <paramref name="count"/> deliveries, waiting for the signal whenever there is nothing.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">They did not come.</exception>
    public async Task<Delivery[]> ReceiveAsync(int count)
    {
        var received = new List<Delivery>(count);
        while (received.Count < count)
        {
            var burst = TryReceive(count - received.Count);
            received.AddRange(burst);
            if (burst.Length == 0 && !await Signal.WaitAsync(Wait.Patience))
            {
                throw new Xunit.Sdk.XunitException($"{received.Count} of {count} messages came from {Receiver.Source} and no signal for the others.");
            }
        }

        return [.. received];
    }

    /// <summary>Receives one delivery.</summary>
    public async Task<Delivery> ReceiveAsync() => (await ReceiveAsync(1))[0];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        Signal.Dispose();
    }
}
