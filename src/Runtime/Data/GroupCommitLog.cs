namespace HighPerf.Data;

/// <summary>
/// Appends that share one flush: whoever comes while a batch is being written joins the next one, so that the added latency is one flush and never a timer, and
/// the number of flushes falls as the number of writers grows.
/// </summary>
internal abstract class GroupCommitLog : IAsyncDisposable
{
    private CommitBatch _open = new();
    private Task _flusher = Task.CompletedTask;
    private bool _flushing;
    private bool _closed;

    /// <summary>Guards the open batch and what the derived class keeps in memory.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>Set when what is on the disk is no longer known: every later append fails with it.</summary>
    protected Exception? Broken { get; set; }

    /// <summary>The batch to add to. Inside the gate.</summary>
    protected CommitBatch Open()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return Broken is null
            ? _open
            : throw new HighPerfException($"An earlier write failed in a way that leaves the state of the disk unknown ({Broken.Message}); start again to recover.", Broken);
    }

    /// <summary>Lets the open batch be written and returns its completion. Inside the gate, after adding to it.</summary>
    protected Task Join()
    {
        if (!_flushing)
        {
            _flushing = true;
            _flusher = Task.Run(Flush);
        }

        return _open.Completion;
    }

    /// <summary>Writes a batch and makes it durable; on an exception nothing of it may be left. One call at a time, outside the gate.</summary>
    protected abstract void Commit(CommitBatch batch);

    /// <summary>A batch was written, or has failed. Inside the gate.</summary>
    protected virtual void Settled(CommitBatch batch, bool committed)
    {
    }

    /// <summary>Closes the files; nothing is being written.</summary>
    protected abstract void Close();

    private void Flush()
    {
        while (true)
        {
            CommitBatch batch;
            lock (Gate)
            {
                if (_open.IsEmpty)
                {
                    _flushing = false;
                    return;
                }

                batch = _open;
                _open = new CommitBatch();
            }

            var error = Broken;
            try
            {
                if (error is null)
                {
                    Commit(batch);
                }
            }
            catch (Exception exception)
            {
                error = exception;
            }

            lock (Gate)
            {
                Settled(batch, committed: error is null);
            }

            batch.Complete(error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task flusher;
        lock (Gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            flusher = _flusher;
        }

        await flusher.ConfigureAwait(false);
        Close();
    }
}
