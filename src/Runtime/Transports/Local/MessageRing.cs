using System.Diagnostics;

namespace HighPerf.Transports;

/// <summary>A double-ended queue of messages over one circular array, which grows and never shrinks. Not synchronised, but for <see cref="Fetch"/>.</summary>
internal sealed class MessageRing
{
    private PooledBuffer?[] _items = new PooledBuffer?[64];
    private int _head;
    private int _count;

    public int Count => _count;

    /// <summary>The oldest message.</summary>
    public PooledBuffer First => _items[_head]!;

    public void AddLast(PooledBuffer message)
    {
        if (_count == _items.Length)
        {
            Grow();
        }

        _items[(_head + _count++) & (_items.Length - 1)] = message;
    }

    public void AddFirst(PooledBuffer message)
    {
        if (_count == _items.Length)
        {
            Grow();
        }

        _head = (_head - 1) & (_items.Length - 1);
        _items[_head] = message;
        _count++;
    }

    public PooledBuffer RemoveFirst()
    {
        Debug.Assert(_count > 0, "The ring is empty.");
        ref var item = ref _items[_head];
        var message = item!;

        // A ring that was once long must not keep thousands of buffers that the pool has let go.
        item = null;
        _head = (_head + 1) & (_items.Length - 1);
        _count--;
        return message;
    }

    /// <summary>
    /// Asks the processor for the fields of the next messages. For who does not hold the lock and is about to take it: what it then touches was last written by another
    /// processor, and waiting for it there would keep the publishers waiting, too. What is read here may be outdated, which is no matter for a hint.
    /// </summary>
    public void Fetch(int count)
    {
        var items = _items;
        var head = _head;
        for (var i = 0; i < count && items[(head + i) & (items.Length - 1)] is { } message; i++)
        {
            message.FetchFields();
        }
    }

    private void Grow()
    {
        var larger = new PooledBuffer?[_items.Length * 2];
        var first = _items.Length - _head;
        Array.Copy(_items, _head, larger, 0, first);
        Array.Copy(_items, 0, larger, first, _head);
        _items = larger;
        _head = 0;
    }
}
