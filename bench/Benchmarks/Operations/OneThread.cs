using HighPerf.Benchmarks.Tasks;
using HighPerf.Execution;
using HighPerf.Hosting;
using HighPerf.Messages;
using HighPerf.Publishing;
using HighPerf.Routing;
using HighPerf.State;
using HighPerf.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Benchmarks;

/// <summary>The rooms wired together by hand, without threads of their own: every step of a message's way can be made, and measured, alone.</summary>
internal sealed class OneThread : IAsyncDisposable
{
    private const int Burst = 32;
    private readonly Delivery[] _burst = new Delivery[Burst];
    private readonly WorkItem _item = new();
    private readonly PooledBuffer _scratch = BufferPool.Shared.Rent();
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly byte[] _command;
    private readonly InMemoryTransport _transport = new("memory", new InMemoryTransportOptions { Capacity = ChannelHop.Capacity });
    private readonly DestinationTable _destinations;
    private readonly Subscriptions _subscriptions;
    private readonly TaskDescriptor _task;
    private readonly DeadlineTokens _deadlines;
    private Receiver _receiver = null!;

    public OneThread(int slots = 1)
    {
        _task = Find("Count");
        var routes = new RouteTable([], new TransportRegistry([_transport]), "default");
        _destinations = new DestinationTable(routes.Resolve, routes.ResolveQueue);
        var state = new InMemoryStateStore(_clock);
        Publisher = new Publisher(new PublisherOptions(), _destinations, state, delays: null, _clock, BufferPool.Shared);
        _deadlines = new DeadlineTokens(TimeSpan.FromSeconds(30), _clock);
        var options = new WorkerOptions { Concurrency = slots, CpuConcurrency = 1 };
        Dispatcher = new Dispatcher(DispatchTables.All, handler => new TaskRegistration(handler, RetryPolicy.Default, sinks: null, _clock));
        _subscriptions = new Subscriptions(DispatchTables.All.SelectMany(static table => table.Subscriptions.ToArray()));
        var logger = NullLogger.Instance;
        var replies = new Replies(Publisher);
        Worker = new Worker(
            options,
            Publisher,
            Dispatcher,
            [],
            stopping => new TaskExecutor(
                Publisher,
                replies,
                new Router(Publisher, replies, _subscriptions, state, logger),
                new ResultSinks(_clock, logger),
                new Continuations(Publisher, replies, Dispatcher, state, logger, TimeSpan.FromHours(1)),
                options,
                state,
                payloads: null,
                _clock,
                logger,
                stopping),
            new SlimServices(),
            _clock,
            logger);
        foreach (var slot in Worker.Slots)
        {
            slot.Open();
        }

        WriteEnvelope();
        var writer = new MessageWriter(_scratch);
        WriteArguments(ref writer, Count.Call(1, default, 1.5, 7).Arguments);
        writer.Flush();
        EnvelopeCodec.Complete(_scratch);
        _command = _scratch.Span.ToArray();
    }

    public Publisher Publisher { get; }

    public Dispatcher Dispatcher { get; }

    public Worker Worker { get; }

    public InMemoryTransport Transport => _transport;

    public async ValueTask StartAsync()
        => _receiver ??= await _transport.OpenReceiverAsync("default", new ReceiverOptions { Prefetch = 64 }, new Deaf(), CancellationToken.None).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        if (_receiver is not null)
        {
            await _receiver.DisposeAsync().ConfigureAwait(false);
        }
    }

    public static void Clock(OneThread self, int count)
    {
        for (var i = 0; i < count; i++)
        {
            self._clock.GetUtcNow();
        }
    }

    public static void Timestamp(OneThread self, int count)
    {
        for (var i = 0; i < count; i++)
        {
            self._clock.GetTimestamp();
        }
    }

    public static void Deadline(OneThread self, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ = self._deadlines.At(638_000_000_000_000_000);
        }
    }

    public static void Id(OneThread self, int count)
    {
        for (var i = 0; i < count; i++)
        {
            MessageId.New(638_000_000_000_000_000);
        }
    }

    public static void Route(OneThread self, int count)
    {
        for (var i = 0; i < count; i++)
        {
            self._destinations.Find(self._task.Message, self._task.Queue);
        }
    }

    public static void Subscribers(OneThread self, int count)
    {
        for (var i = 0; i < count; i++)
        {
            self._subscriptions.Of(self._task.Message.Hash);
        }
    }

    public static void Rent(OneThread self, int count)
    {
        for (var i = 0; i < count; i++)
        {
            BufferPool.Shared.Rent().Return();
        }
    }

    public static void Envelope(OneThread self, int count)
    {
        for (var i = 0; i < count; i++)
        {
            self.WriteEnvelope();
            EnvelopeCodec.Complete(self._scratch);
        }
    }

    public static void Body(OneThread self, int count)
    {
        var arguments = Count.Call(1, default, 1.5, 7).Arguments;
        for (var i = 0; i < count; i++)
        {
            self._scratch.Clear();
            var writer = new MessageWriter(self._scratch);
            WriteArguments(ref writer, arguments);
            writer.Flush();
        }
    }

    public static void Parse(OneThread self, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (!Messages.Envelope.TryParse(self._command, out var envelope, out _) || envelope.Kind != MessageKind.Command)
            {
                throw new InvalidOperationException();
            }
        }
    }

    public static void Find(OneThread self, int count)
    {
        var hash = self._task.Message.Hash;
        for (var i = 0; i < count; i++)
        {
            self.Dispatcher.Find(hash);
        }
    }

    /// <summary>Parse, find, begin, decode and run, end: what a slot does between fetch and settlement.</summary>
    public static void Dispatch(OneThread self, int count)
    {
        Completion.Expect(int.MaxValue);
        var slot = self.Worker.Slots[0];
        for (var i = 0; i < count; i++)
        {
            Messages.Envelope.TryParse(self._command, out var envelope, out _);
            var registration = self.Dispatcher.Find(envelope.NameHash)!;
            self._item.Registration = registration;
            slot.Item = self._item;
            slot.Begin(envelope, self._command, failures: 0);
            registration.Handler.InvokeAsync(slot.Invocation).GetAwaiter().GetResult();
            slot.End();
        }
    }

    /// <summary>A burst is published, fetched, executed and settled by one thread; its parts are the operations below.</summary>
    public static void WholeWay(OneThread self, int count)
    {
        Completion.Expect(int.MaxValue);
        for (var i = 0; i < count; i += Burst)
        {
            self.PublishBurst();
            self.FetchAndProcess();
        }
    }

    public static void FetchAndSettle(OneThread self, int count)
    {
        for (var i = 0; i < count; i += Burst)
        {
            self.PublishBurst();
            var fetched = self._receiver.TryReceive(self._burst);
            for (var j = 0; j < fetched; j++)
            {
                self._receiver.AcknowledgeAsync(self._burst[j].Token);
            }
        }
    }

    /// <summary>Publishing to the transport only: rent, copy of a ready message, enqueue, fetch, settle.</summary>
    public static void TransportOnly(OneThread self, int count)
    {
        var destination = self._transport.GetDestination("default");
        for (var i = 0; i < count; i += Burst)
        {
            for (var j = 0; j < Burst; j++)
            {
                var buffer = self._transport.Rent();
                buffer.Write(self._command);
                self._transport.PublishAsync(destination, new OutgoingMessage { Bytes = buffer, Id = default, Priority = MessagePriority.Normal }, CancellationToken.None);
            }

            var fetched = self._receiver.TryReceive(self._burst);
            for (var j = 0; j < fetched; j++)
            {
                self._receiver.AcknowledgeAsync(self._burst[j].Token);
            }
        }
    }

    private static TaskDescriptor Find(string name)
    {
        foreach (var table in DispatchTables.All)
        {
            foreach (var handler in table.Handlers)
            {
                if (handler.Descriptor.Name.EndsWith(name, StringComparison.Ordinal))
                {
                    return handler.Descriptor;
                }
            }
        }

        throw new InvalidOperationException($"No task {name}.");
    }

    private static void WriteArguments<TArguments>(ref MessageWriter writer, in TArguments arguments)
        where TArguments : struct, ITaskArguments<TArguments>
        => TArguments.Write(ref writer, arguments);

    private void WriteEnvelope()
    {
        _scratch.Clear();
        EnvelopeCodec.Write(_scratch, new EnvelopeFields { Message = _task.Message, Id = MessageId.FromGuid(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)), CreatedTicks = 638_000_000_000_000_000, Priority = MessagePriority.Normal });
    }

    private void PublishBurst()
    {
        for (var j = 0; j < Burst; j++)
        {
            var send = Publisher.SendAsync(Count.Call(j, default, 1.5, 7));
            if (!send.IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("The queue is full.");
            }

            send.GetAwaiter().GetResult();
        }
    }

    private void FetchAndProcess()
    {
        var slot = Worker.Slots[0];
        var fetched = _receiver.TryReceive(_burst);
        for (var j = 0; j < fetched; j++)
        {
            EnvelopeCodec.TryPeek(_burst[j].Bytes.FirstSpan, out _, out var hash);
            _item.Delivery = _burst[j];
            _item.Registration = Dispatcher.Find(hash);
            slot.Item = _item;
            Worker.Executor.ProcessAsync(slot).GetAwaiter().GetResult();
        }
    }

    private sealed class Deaf : ReceiveSignal
    {
        public override void OnReady()
        {
        }
    }
}
