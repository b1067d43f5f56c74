using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HighPerf.Transports;

namespace HighPerf.Execution;

/// <summary>
/// Renews the leases of all deliveries that wait or run, every third of the lease, from a thread of its own: neither a busy thread pool nor a blocked task can let
/// the leases lapse (contract D6).
/// </summary>
internal sealed class LeaseKeeper : IDisposable
{
    private readonly Worker _worker;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;
    private readonly AutoResetEvent _due = new(false);
    private readonly Thread _thread;
    private readonly List<Delivery> _waiting = [];
    private readonly List<Held> _held = [];
    private readonly List<long> _tokens = [];
    private volatile bool _stopped;

    public LeaseKeeper(Worker worker, TimeSpan lease)
    {
        _worker = worker;
        _interval = lease / 3;

        // The clock's timer says when; the wait's own time-out covers a pool that is too busy to run timers.
        _timer = worker.Clock.CreateTimer(static state => ((LeaseKeeper)state!)._due.Set(), this, _interval, _interval);
        _thread = new Thread(Run) { IsBackground = true, Name = "HighPerf leases" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stopped = true;
        _timer.Dispose();
        _due.Set();
        _thread.Join();
        _due.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _due.WaitOne(_interval);
            if (_stopped)
            {
                return;
            }

            try
            {
                Renew();
            }
            catch (Exception exception)
            {
                ExecutionLog.RenewalFailed(_worker.Logger, exception);
            }
        }
    }

    private void Renew()
    {
        _waiting.Clear();
        _held.Clear();
        _worker.CopyWaiting(_waiting);
        foreach (var delivery in _waiting)
        {
            _held.Add(new Held(delivery.Receiver, delivery.Token, Slot: null, Number: 0));
        }

        foreach (var slot in _worker.Slots)
        {
            var number = slot.Number;
            if (slot.Item is not { } item)
            {
                continue;
            }

            var (receiver, token) = (item.Delivery.Receiver, item.Delivery.Token);
            var runs = slot.Phase is SlotPhase.Running or SlotPhase.Cancelled && slot.Number == number;

            // Not (any more) a running task: an event that is passed on, an outcome that is stored, a retry that waits for room. Should it be settled meanwhile, the
            // token is stale and renews nothing.
            _held.Add(runs ? new Held(receiver, token, slot, number) : new Held(receiver, token, Slot: null, Number: 0));
        }

        // One call per receiver: a transport of the wire sends it all in one piece.
        _held.Sort(static (a, b) => RuntimeHelpers.GetHashCode(a.Receiver).CompareTo(RuntimeHelpers.GetHashCode(b.Receiver)));
        for (var from = 0; from < _held.Count;)
        {
            var receiver = _held[from].Receiver;
            _tokens.Clear();
            for (var i = from; i < _held.Count && _held[i].Receiver == receiver; i++)
            {
                _tokens.Add(_held[i].Token);
            }

            var tokens = CollectionsMarshal.AsSpan(_tokens);
            receiver.Renew(tokens);
            for (var i = 0; i < tokens.Length; i++)
            {
                if (tokens[i] == 0 && _held[from + i] is { Slot: { } slot, Number: var number })
                {
                    Cancel(slot, number);
                }
            }

            from += tokens.Length;
        }
    }

    /// <summary>A broker's word that a delivery is no longer ours: what runs on it has to stop.</summary>
    public void OnLost(Receiver receiver, long token)
    {
        foreach (var slot in _worker.Slots)
        {
            var number = slot.Number;
            if (slot.Item is { } item && item.Delivery.Receiver == receiver && item.Delivery.Token == token && slot.Phase is SlotPhase.Running or SlotPhase.Cancelled && slot.Number == number)
            {
                Cancel(slot, number);
            }
        }
    }

    private void Cancel(Slot slot, long number)
    {
        if (slot.TryCancel(number, CancellationReason.LeaseLost))
        {
            ExecutionLog.LeaseLost(_worker.Logger, slot.Registration.Descriptor.Name, slot.Id);
        }
    }

    private readonly record struct Held(Receiver Receiver, long Token, Slot? Slot, long Number);
}
