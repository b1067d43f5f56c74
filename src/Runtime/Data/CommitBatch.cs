using System.Buffers;

namespace HighPerf.Data;

/// <summary>Appends that are written and flushed together. Rented memory is returned when the batch completes.</summary>
internal sealed class CommitBatch
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PooledBuffer? _bytes;

    /// <summary>What each append was: its id (empty where the log needs none) and where its bytes end in <see cref="Bytes"/>.</summary>
    public List<(MessageId Id, int End)> Entries { get; } = [];

    public ReadOnlyMemory<byte> Bytes => _bytes?.Memory ?? default;

    public bool IsEmpty => Entries.Count == 0;

    public Task Completion => _completion.Task;

    public void Add(MessageId id, ReadOnlySpan<byte> bytes)
    {
        _bytes ??= BufferPool.Shared.Rent();
        _bytes.Write(bytes);
        Entries.Add((id, _bytes.Length));
    }

    public void Complete(Exception? error)
    {
        _bytes?.Return();
        _bytes = null;
        if (error is null)
        {
            _completion.SetResult();
        }
        else
        {
            _completion.SetException(error);
            _ = _completion.Task.Exception;
        }
    }
}
