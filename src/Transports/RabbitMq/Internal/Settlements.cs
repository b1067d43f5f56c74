using RabbitMQ.Client;

namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// Acknowledgements and returns on their way to the broker, on the channel of their deliveries. What is staged while some are written goes with the next round; all below
/// the oldest delivery that is still here are one acknowledgement (multiple). Staged under the receiver's lock.
/// </summary>
internal sealed class Settlements(Lock gate, DeliveryTable table, IChannel channel)
{
    private List<ulong> _acks = [];
    private List<ulong> _spareAcks = [];
    private List<ulong> _returns = [];
    private List<ulong> _spareReturns = [];
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;

    public void Acknowledge(ulong tag)
    {
        _acks.Add(tag);
        Begin();
    }

    /// <summary>To the front of the queue.</summary>
    public void Return(ulong tag)
    {
        _returns.Add(tag);
        Begin();
    }

    /// <summary>Completes when everything that was staged is written, or the channel is gone.</summary>
    public Task FlushAsync()
    {
        lock (gate)
        {
            return _writing;
        }
    }

    private void Begin()
    {
        if (!_isWriting)
        {
            _isWriting = true;
            _writing = Task.Run(WriteAsync);
        }
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            List<ulong> acks, returns;
            ulong oldest;
            lock (gate)
            {
                if (_acks.Count == 0 && _returns.Count == 0)
                {
                    _isWriting = false;
                    return;
                }

                (acks, _acks, _spareAcks) = (_acks, _spareAcks, _acks);
                (returns, _returns, _spareReturns) = (_returns, _spareReturns, _returns);
                oldest = table.TryGetOldest(out var row) ? row!.Tag : ulong.MaxValue;
            }

            try
            {
                await WriteAsync(acks, returns, oldest).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The channel is gone, and its deliveries with it; whoever watches it sees to that.
            catch (Exception)
#pragma warning restore CA1031
            {
            }

            acks.Clear();
            returns.Clear();
        }
    }

    private async ValueTask WriteAsync(List<ulong> acks, List<ulong> returns, ulong oldest)
    {
        // Returns first: an acknowledgement of many would take them along. In the order of publishing.
        returns.Sort();
        foreach (var tag in returns)
        {
            await channel.BasicNackAsync(tag, multiple: false, requeue: true, CancellationToken.None).ConfigureAwait(false);
        }

        var upTo = 0ul;
        var together = 0;
        foreach (var tag in acks)
        {
            if (tag < oldest)
            {
                upTo = Math.Max(upTo, tag);
                together++;
            }
        }

        if (together > 0)
        {
            await channel.BasicAckAsync(upTo, multiple: together > 1, CancellationToken.None).ConfigureAwait(false);
        }

        foreach (var tag in acks)
        {
            if (tag > oldest)
            {
                await channel.BasicAckAsync(tag, multiple: false, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
