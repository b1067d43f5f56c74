using System.Runtime.CompilerServices;
using System.Text;
using HighPerf.Journal;

namespace HighPerf.Transports;

/// <content>What is different where the messages survive: a message has its room when it is staged in the journal, and is ready, and accepted, when that has committed it.</content>
internal sealed partial class LocalQueue
{
    /// <summary>Null in memory.</summary>
    public MessageStore? Store => _store;

    /// <summary>The queue's name, as the journal has it.</summary>
    public byte[] NameBytes => field ??= Encoding.UTF8.GetBytes(Queue);

    /// <summary>Makes the queue durable, with what the journal has for it. Before anything else is done with it.</summary>
    public void Attach(MessageStore store, List<StoredMessage> messages)
    {
        lock (_lock)
        {
            _held.Restore(messages);
            _held.Store = store;
            _store = store;
        }
    }

    /// <summary>Gives a message its room and stages it. Under the lock, so that the journal has a queue's messages in the order in which they came.</summary>
    public void Stage(MessageStore store, PublishWaiter waiter)
    {
        _held.Count(waiter.Message.Length);
        try
        {
            waiter.Entry = store.Add(this, waiter.Message, waiter.NotBeforeTicks, waiter);
        }
        catch (Exception exception) when (exception is JournalException or ObjectDisposedException or OverflowException)
        {
            Fail(waiter, PublishStatus.Rejected, exception.Message);
        }
    }

    public void OnStored(PublishWaiter waiter)
    {
        bool signal;
        lock (_lock)
        {
            var message = waiter.Message;
            waiter.Message = null!;
            message.Entry = waiter.Entry;
            waiter.Entry = null;
            if (_closed)
            {
                message.Return();
                signal = false;
            }
            else
            {
                _held.AddCounted(message, waiter.NotBeforeTicks);
                signal = ShouldSignal();
            }
        }

        waiter.Complete(PublishOutcome.Accepted);
        RaiseIf(signal);
    }

    public void OnStoreFailed(PublishWaiter waiter, JournalException error)
    {
        PublishWaiterChain admitted = default;
        lock (_lock)
        {
            Fail(waiter, error.IsUncertain ? PublishStatus.Unknown : PublishStatus.Rejected, error.Message);
            if (!_closed)
            {
                _waiters.Admit(_held, ref admitted);
            }
        }
    }

    /// <summary>Settles by removing a message that a receiver has let go of.</summary>
    public ValueTask<bool> RemoveAsync(object entry) => _store!.RemoveAsync((JournalEntry)entry);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<PublishOutcome> StoreAsync(MessageStore store, in OutgoingMessage outgoing, CancellationToken cancellationToken)
    {
        PublishWaiter waiter;
        lock (_lock)
        {
            if (_closed)
            {
                return Refuse(in outgoing);
            }

            if ((_waiters.IsEmpty && _held.HasRoom(outgoing.Bytes.Length)) || outgoing.IsFollowUp)
            {
                waiter = _waiters.Rent(outgoing.Bytes, outgoing.NotBeforeTicks);
                Stage(store, waiter);
            }
            else
            {
                waiter = _waiters.Add(outgoing.Bytes, outgoing.NotBeforeTicks);
            }
        }

        return waiter.Wait(cancellationToken);
    }

    private void Fail(PublishWaiter waiter, PublishStatus status, string reason)
    {
        _held.Uncount(waiter.Message.Length);
        waiter.Message.Return();
        waiter.Message = null!;
        waiter.Entry = null;

        // Completing only queues the publisher's continuation.
        waiter.Complete(new PublishOutcome(status, $"{this} does not have it: {reason}"));
    }
}
