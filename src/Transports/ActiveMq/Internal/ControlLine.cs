using System.Threading.Channels;
using HighPerf.Transports.ActiveMq.Stomp;

namespace HighPerf.Transports.ActiveMq;

/// <summary>
/// Questions to the broker, on a connection of their own: one at a time. Answers come to a temporary queue; a marker that is sent behind the questions comes behind the answers, also
/// where there is none.
/// </summary>
internal sealed class ControlLine : StompHandler, IAsyncDisposable
{
    private const string Answers = "/temp-queue/answers";
    private const int AnswersId = 1;
    private const int FirstId = 2;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ActiveMqTransport _transport;
    private Channel<BrokerMessage> _answers = Channel.CreateUnbounded<BrokerMessage>();
    private long _asked;
    private long _subscription;

    public ControlLine(ActiveMqTransport transport)
    {
        _transport = transport;
        Client = transport.CreateClient("control", this);
    }

    public StompClient Client { get; }

    /// <summary>Sends questions and returns the answers, the marker last.</summary>
    /// <param name="ask">Writes frames whose answers go to the reply address that it is given.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<List<BrokerMessage>> AskAsync(Action<StompWriter, string> ask, CancellationToken cancellationToken)
        => await RunAsync(async token =>
        {
            var marker = ++_asked;
            _subscription = AnswersId;
            await Client.CallAsync((writer, receipt) =>
            {
                ask(writer, Answers);
                writer.Command("SEND"u8);
                writer.Header("destination"u8, Answers);
                writer.Header(ActiveMqHeaders.Marker, marker);
                writer.Header("receipt"u8, receipt);
                writer.End();
            }).ConfigureAwait(false);
            var answers = new List<BrokerMessage>();
            do
            {
                answers.Add(await NextAsync(token).ConfigureAwait(false));
            }
            while (answers[^1].Number(ActiveMqHeaders.Marker) != marker);
            return answers;
        }, cancellationToken).ConfigureAwait(false);

    /// <summary>Shows messages of a queue in order, also those that are out, until nothing is left or <paramref name="take"/> says false. At most as many as the broker pages in (400).</summary>
    public Task BrowseAsync(byte[] destination, Func<BrokerMessage, bool> take, CancellationToken cancellationToken)
        => RunAsync(async token =>
        {
            var id = await SubscribeAsync(destination, "browser"u8.ToArray(), "true"u8.ToArray(), 100).ConfigureAwait(false);
            try
            {
                while (await NextAsync(token).ConfigureAwait(false) is var message && message.Text("browser"u8) != "end" && take(message))
                {
                }
            }
            finally
            {
                await UnsubscribeAsync(id).ConfigureAwait(false);
            }

            return true;
        }, cancellationToken);

    /// <summary>Takes messages off a queue, each in one transaction with what is sent instead of it.</summary>
    /// <param name="destination">The queue.</param>
    /// <param name="count">How many are there.</param>
    /// <param name="send">Writes the SEND but for its transaction and its body.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<int> MoveAsync(byte[] destination, int count, Action<StompWriter, BrokerMessage> send, CancellationToken cancellationToken)
        => RunAsync(async token =>
        {
            var id = await SubscribeAsync(destination, "ack"u8.ToArray(), "client-individual"u8.ToArray(), count).ConfigureAwait(false);
            var messages = new List<BrokerMessage>(count);
            try
            {
                while (messages.Count < count)
                {
                    messages.Add(await NextAsync(token).ConfigureAwait(false));
                }
            }
            catch (TimeoutException)
            {
                // Somebody else has taken some.
            }

            try
            {
                await MoveAsync(messages, send).ConfigureAwait(false);
            }
            finally
            {
                // Also after a refusal: what was not moved is the queue's again.
                await UnsubscribeAsync(id).ConfigureAwait(false);
            }

            return messages.Count;
        }, cancellationToken);

    public override void OnConnected(int epoch)
        => Client.TryWrite(static writer =>
        {
            writer.Command("SUBSCRIBE"u8);
            writer.Header("id"u8, AnswersId);
            writer.Header("destination"u8, Answers);
            writer.Raw("ack"u8, "auto"u8);
            writer.End();
        });

    public override void OnMessage(StompReader frame)
    {
        if (frame.Number("subscription"u8) == Volatile.Read(ref _subscription))
        {
            _answers.Writer.TryWrite(new BrokerMessage(frame));
        }
    }

    public override void OnDisconnected(Exception reason)
    {
        var answers = Interlocked.Exchange(ref _answers, Channel.CreateUnbounded<BrokerMessage>());
        answers.Writer.TryComplete(new StompConnectionException(reason));
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    /// <summary>First what is sent, then, when all of it has its receipt, the acknowledgements: a commit does not fail with a SEND of it that was refused.</summary>
    private async Task MoveAsync(List<BrokerMessage> messages, Action<StompWriter, BrokerMessage> send)
    {
        var transaction = ++_asked;
        Client.TryWrite(writer =>
        {
            writer.Command("BEGIN"u8);
            writer.Header("transaction"u8, transaction);
            writer.End();
        });
        await Task.WhenAll(messages.Select(message => Client.CallAsync((writer, receipt) =>
        {
            send(writer, message);
            writer.Header("transaction"u8, transaction);
            writer.Header("receipt"u8, receipt);
            writer.End(message.Body);
        }))).ConfigureAwait(false);
        await Client.CallAsync((writer, receipt) =>
        {
            foreach (var message in messages)
            {
                writer.Command("ACK"u8);
                writer.Header("id"u8, message.Text("ack"u8)!);
                writer.Header("transaction"u8, transaction);
                writer.End();
            }

            writer.Command("COMMIT"u8);
            writer.Header("transaction"u8, transaction);
            writer.Header("receipt"u8, receipt);
            writer.End();
        }).ConfigureAwait(false);
    }

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(s_patience);
            await Client.Connection.WaitUntilConnectedAsync(limit.Token).ConfigureAwait(false);

            // What an earlier question left behind.
            while (_answers.Reader.TryRead(out _))
            {
            }

            return await run(limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            throw new HighPerfException($"ActiveMQ at {_transport.Description} did not answer within {s_patience.TotalSeconds:0} s.");
        }
        finally
        {
            _subscription = 0;
            _gate.Release();
        }
    }

    private async Task<BrokerMessage> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _answers.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(3), _transport.Clock, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException exception)
        {
            throw new StompConnectionException(exception.InnerException ?? exception);
        }
    }

    private async Task<long> SubscribeAsync(byte[] destination, byte[] header, byte[] value, int prefetch)
    {
        var id = FirstId + (++_asked);
        Volatile.Write(ref _subscription, id);
        await Client.CallAsync((writer, receipt) =>
        {
            writer.Command("SUBSCRIBE"u8);
            writer.Header("id"u8, id);
            writer.Raw("destination"u8, destination);
            writer.Raw(header, value);
            writer.Header("activemq.prefetchSize"u8, prefetch);
            writer.Header("receipt"u8, receipt);
            writer.End();
        }).ConfigureAwait(false);
        return id;
    }

    private Task UnsubscribeAsync(long id)
        => Client.CallAsync((writer, receipt) =>
        {
            writer.Command("UNSUBSCRIBE"u8);
            writer.Header("id"u8, id);
            writer.Header("receipt"u8, receipt);
            writer.End();
        });
}
