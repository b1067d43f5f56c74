using System.Runtime.CompilerServices;

namespace HighPerf.Transports;

/// <summary>A queue's open receivers, and which of them are armed: to be signalled when something can be delivered. Guarded by the queue's lock, but for <see cref="RaiseSignals"/>.</summary>
internal sealed class ReceiverList
{
    private volatile LocalReceiver[] _receivers = [];
    private int _armedCount;

    public LocalReceiver[] All => _receivers;

    public bool AnyArmed => _armedCount > 0;

    public void Add(LocalReceiver receiver) => _receivers = [.. _receivers, receiver];

    public void Remove(LocalReceiver receiver) => _receivers = Array.FindAll(_receivers, other => !ReferenceEquals(other, receiver));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetArmed(LocalReceiver receiver, bool isArmed)
    {
        if (receiver.IsArmed != isArmed)
        {
            receiver.IsArmed = isArmed;
            _armedCount += isArmed ? 1 : -1;
        }
    }

    /// <summary>Disarms the receivers and marks their signals due. All of them: were only one told and then found no free slot, the message would wait beside idle receivers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Disarm()
    {
        foreach (var receiver in _receivers)
        {
            if (receiver.IsArmed)
            {
                receiver.IsArmed = false;
                receiver.IsSignalDue = 1;
            }
        }

        _armedCount = 0;
    }

    /// <summary>Raises the signals that are due. Called outside of the lock.</summary>
    public void RaiseSignals()
    {
        foreach (var receiver in _receivers)
        {
            receiver.RaiseIfDue();
        }
    }

    /// <summary>Deliveries that are out.</summary>
    public long CountOut()
    {
        var count = 0L;
        foreach (var receiver in _receivers)
        {
            count += receiver.CountOut();
        }

        return count;
    }
}
