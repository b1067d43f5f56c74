namespace HighPerf.Transports;

/// <summary>A queue's dead letters, oldest first, bounded. Guarded by the queue's lock.</summary>
internal sealed class DeadLetterBox(int capacity)
{
    private readonly Queue<HeldDeadLetter> _letters = new();

    public int Count => _letters.Count;

    public bool IsFull => _letters.Count >= capacity;

    public void Add(in HeldDeadLetter letter) => _letters.Enqueue(letter);

    public bool TryRemove(out HeldDeadLetter letter) => _letters.TryDequeue(out letter);

    /// <summary>Copies of the oldest letters.</summary>
    public List<DeadLetter> Browse(int max)
    {
        var letters = new List<DeadLetter>(Math.Min(Math.Max(max, 0), _letters.Count));
        foreach (var letter in _letters)
        {
            if (letters.Count >= max)
            {
                break;
            }

            letters.Add(new DeadLetter
            {
                Bytes = letter.Message.Span.ToArray(),
                Reason = letter.Reason,
                Description = letter.Description,
                DeliveryCount = letter.Message.DeliveryCount,
                At = letter.At,
            });
        }

        return letters;
    }
}
