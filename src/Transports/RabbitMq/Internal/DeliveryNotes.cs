namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// By how much the broker's delivery count of a message that was given back is wrong: the broker counts every return, and those that were never started are not to count. Known
/// to this process only, and the oldest are forgotten when there are many: another process sees a count that is too high.
/// </summary>
internal sealed class DeliveryNotes
{
    private const int Max = 65_536;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _corrections = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public void Add(string id, int correction)
    {
        lock (_lock)
        {
            _corrections[id] = correction;
            _order.Enqueue(id);
            while (_order.Count > Max)
            {
                _corrections.Remove(_order.Dequeue());
            }
        }
    }

    public int Find(string id)
    {
        lock (_lock)
        {
            return _corrections.GetValueOrDefault(id);
        }
    }
}
