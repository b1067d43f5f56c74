using System.Buffers;
using System.Collections.Concurrent;
using HighPerf.Transports;

namespace HighPerf.Tests.Hosting;

/// <summary>A transport in front of another one: hides capabilities, refuses publishes, loses leases, cuts deliveries into segments, survives the application.</summary>
public sealed class FaultyTransport(Transport inner) : Transport(inner.Name)
{
    private readonly ConcurrentDictionary<string, FaultyDestination> _destinations = new();
    private int _opened;
    private int _deafUpTo;
    private int _lengthsAsked;

    public TransportFeature? Hidden { get; init; }

    /// <summary>Its queues go on after the application's end, to look into them.</summary>
    public bool OutlivesApplication { get; init; }

    /// <summary>Bytes of each segment of a delivery; 0 for one.</summary>
    public int SegmentSize { get; init; }

    public Func<string, PublishOutcome?> OnPublish { get; set; } = static _ => null;

    /// <summary>Receivers that were opened.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>The receiver that is open now brings nothing more and never says that it is ready; the next one does.</summary>
    public void Deafen() => Volatile.Write(ref _deafUpTo, Opened);

    public volatile bool RefusesToOpen;

    public volatile bool LosesLeases;

    /// <summary>How often somebody asked for a length.</summary>
    public int LengthsAsked => Volatile.Read(ref _lengthsAsked);

    /// <summary>As a broker beyond a wire does: renewing succeeds, and that the lease was lost is said afterwards.</summary>
    public bool SaysLossesLater { get; init; }

    public ConcurrentQueue<(string Queue, byte[] Bytes)> Published { get; } = new();

    public Transport Inner => inner;

    public override string Description => inner.Description;

    public override TransportCapabilities Capabilities => Hidden is { } hidden ? inner.Capabilities.With(hidden, TransportSupport.Impossible("hidden for the test")) : inner.Capabilities;

    public override DurabilityLevel Durability => inner.Durability;

    public override ValueTask StartAsync(CancellationToken cancellationToken) => inner.StartAsync(cancellationToken);

    public override Destination GetDestination(string queue) => _destinations.GetOrAdd(queue, name => new FaultyDestination(this, inner.GetDestination(name)));

    public override PooledBuffer Rent() => inner.Rent();

    public override ValueTask<PublishOutcome> PublishAsync(Destination destination, in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (OnPublish(destination.Queue) is { } refused)
        {
            message.Bytes.Return();
            return new ValueTask<PublishOutcome>(refused);
        }

        Published.Enqueue((destination.Queue, message.Bytes.Span.ToArray()));
        return inner.PublishAsync(((FaultyDestination)destination).Inner, message, cancellationToken);
    }

    public override async ValueTask<Receiver> OpenReceiverAsync(string queue, ReceiverOptions options, ReceiveSignal signal, CancellationToken cancellationToken)
        => RefusesToOpen
            ? throw new HighPerfException("The broker refuses, for the test.")
            : new FaultyReceiver(this, signal, GetDestination(queue), await inner.OpenReceiverAsync(queue, options, signal, cancellationToken));

    public override ValueTask<QueueLength> GetLengthAsync(string queue, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lengthsAsked);
        return inner.GetLengthAsync(queue, cancellationToken);
    }

    public override ValueTask<long> PurgeAsync(string queue, bool includeDelayed, CancellationToken cancellationToken) => inner.PurgeAsync(queue, includeDelayed, cancellationToken);

    public override ValueTask<IReadOnlyList<DeadLetter>> BrowseDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
        => inner.BrowseDeadLettersAsync(queue, max, cancellationToken);

    public override ValueTask<int> ReplayDeadLettersAsync(string queue, int max, CancellationToken cancellationToken) => inner.ReplayDeadLettersAsync(queue, max, cancellationToken);

    public override ValueTask DisposeAsync() => OutlivesApplication ? default : inner.DisposeAsync();

    private sealed class FaultyDestination(Transport transport, Destination inner) : Destination(transport, inner.Queue)
    {
        public Destination Inner => inner;
    }

    private sealed class FaultyReceiver(FaultyTransport transport, ReceiveSignal signal, Destination source, Receiver inner) : Receiver
    {
        private readonly int _number = Interlocked.Increment(ref transport._opened);

        public override Destination Source => source;

        public override int TryReceive(Span<Delivery> burst)
        {
            if (_number <= Volatile.Read(ref transport._deafUpTo))
            {
                return 0;
            }

            var count = inner.TryReceive(burst);
            foreach (ref var delivery in burst[..count])
            {
                delivery = new Delivery(this, transport.SegmentSize == 0 ? delivery.Bytes : Cut(delivery.Bytes.First, transport.SegmentSize), delivery.Token, delivery.DeliveryCount);
            }

            return count;
        }

        public override ValueTask<bool> AcknowledgeAsync(long token) => inner.AcknowledgeAsync(token);

        public override ValueTask<bool> ReleaseAsync(long token, TimeSpan delay, bool counted = true) => inner.ReleaseAsync(token, delay, counted);

        public override ValueTask<bool> DeadLetterAsync(long token, DeadLetterReason reason, string description) => inner.DeadLetterAsync(token, reason, description);

        public override int Renew(Span<long> tokens)
        {
            if (transport is { LosesLeases: true, SaysLossesLater: true })
            {
                foreach (var token in tokens)
                {
                    signal.OnLeaseLost(this, token);
                }

                return tokens.Length;
            }

            if (transport.LosesLeases)
            {
                tokens.Clear();
                return 0;
            }

            return inner.Renew(tokens);
        }

        public override ValueTask StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

        public override ValueTask DisposeAsync() => inner.DisposeAsync();

        private static ReadOnlySequence<byte> Cut(ReadOnlyMemory<byte> bytes, int size)
        {
            var first = new Segment(bytes[..Math.Min(size, bytes.Length)], 0);
            var last = first;
            for (var at = size; at < bytes.Length; at += size)
            {
                last = last.Append(bytes[at..Math.Min(at + size, bytes.Length)]);
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
