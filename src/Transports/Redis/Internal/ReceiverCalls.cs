using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>The scripts that a receiver calls one at a time: settlements but acknowledging, giving back, and looking after what is under its name.</summary>
internal sealed class ReceiverCalls(RedisReceiver receiver, RedisTransport transport, RedisQueue queue)
{
    private const int MaxBatch = 200;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Calls a settling script, again when its answer is lost, for as long as a lease lasts; the script's letter. Twice settles once: the script looks whose the delivery is.</summary>
    public async ValueTask<string> CallUntilAnsweredAsync(RedisScript script, object[] arguments)
    {
        using var limit = new CancellationTokenSource(receiver.Lease, receiver.Clock);
        var again = false;
        while (true)
        {
            try
            {
                await queue.Node.Control.Connection.WaitUntilConnectedAsync(limit.Token).ConfigureAwait(false);
                var reply = await queue.CallAsync(script, arguments).ConfigureAwait(false);
                if (!reply.IsError)
                {
                    // Gone after a lost answer: the first call did it.
                    return again && reply.Text == "g" ? "y" : reply.Text;
                }

                if (!queue.Node.OnServerError(reply.Text))
                {
                    RedisLog.CommandFailed(receiver.Logger, queue.ToString(), script.Name, reply.Text);
                    return "n";
                }

                await Task.Delay(s_pause, receiver.Clock, limit.Token).ConfigureAwait(false);
            }
            catch (RedisConnectionException)
            {
                again = true;
            }
            catch (Exception exception) when (exception is OperationCanceledException or HighPerfException or ObjectDisposedException)
            {
                return "n";
            }
        }
    }

    /// <summary>Gives deliveries back in this order, to be delivered again at once.</summary>
    public async ValueTask ReleaseAsync(List<DeliveryRow> rows, bool counted)
    {
        var counts = counted ? 1 : 0;
        foreach (var piece in rows.Chunk(MaxBatch))
        {
            await CallUntilAnsweredAsync(RedisScript.Release, [receiver.Consumer, .. piece.SelectMany(row => new object[] { row.Stream, row.Id.ToString(), row.Times, 0, counts })]).ConfigureAwait(false);
        }
    }

    /// <summary>What the server has under this consumer's name: stream, id and times.</summary>
    public async ValueTask<List<DeliveryRow>> ReadHistoryAsync()
    {
        var reply = await queue.CallAsync(RedisScript.History, receiver.Consumer).ConfigureAwait(false);
        if (reply.IsError)
        {
            throw new HighPerfException(reply.Text);
        }

        var rows = new List<DeliveryRow>();
        for (var i = 0; i + 2 < reply.Items.Length; i += 3)
        {
            rows.Add(new DeliveryRow { Stream = (int)reply.Items[i].Integer, Id = StreamId.Parse(reply.Items[i + 1].Bytes), Times = (int)reply.Items[i + 2].Integer });
        }

        return rows;
    }

    /// <summary>Ends an entry whose time was over when it came; that delivery does not count.</summary>
    public async ValueTask BuryExpiredAsync(int stream, StreamId id)
        => await queue.CallAsync(
            RedisScript.DeadLetter, receiver.Consumer, stream, id.ToString(), 1, (int)DeadLetterReason.Expired, "Its time was over before it was delivered.",
            transport.Options.MaxDeadLetters, (long)transport.Options.DeadLetterRetryDelay.TotalMilliseconds, 0).ConfigureAwait(false);

    /// <summary>Forgets the consumer, unless it has something.</summary>
    public async ValueTask LeaveAsync()
    {
        try
        {
            await queue.CallAsync(RedisScript.Leave, receiver.Consumer).ConfigureAwait(false);
        }
        catch (RedisConnectionException)
        {
            // A consumer that has nothing is forgotten a day later.
        }
    }
}
