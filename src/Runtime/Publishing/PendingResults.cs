using System.Security.Cryptography;
using HighPerf.Messages;

namespace HighPerf.Publishing;

/// <summary>Everybody in this process who waits for a result, found by index. The instance number says that a reply address is of this process.</summary>
internal sealed class PendingResults
{
    private readonly Lock _gate = new();
    private readonly Stack<int> _freeIndexes = new();
    private PendingResult?[] _table = new PendingResult?[64];
    private int _count;

    /// <summary>This process, as replies name it.</summary>
    public long Instance { get; } = NewInstance();

    /// <summary>This process, with nobody in it who waits.</summary>
    public ReplyAddress Address => new(Instance, Token: 0);

    /// <summary>Waits that have no outcome yet.</summary>
    public int WaitingCount => Volatile.Read(ref _table).Count(static pending => pending is { IsWaiting: true });

    public void Add(PendingResult pending)
    {
        lock (_gate)
        {
            if (!_freeIndexes.TryPop(out var index))
            {
                index = _count++;
                if (index > PendingResult.MaxIndex)
                {
                    _count--;
                    throw new HighPerfException($"{index} results are waited for already. Wait for some before sending more, or send with IgnoreResult().");
                }

                if (index == _table.Length)
                {
                    var larger = new PendingResult?[_table.Length * 2];
                    _table.CopyTo(larger, 0);
                    Volatile.Write(ref _table, larger);
                }
            }

            pending.Index = index;
            Volatile.Write(ref _table[index], pending);
        }
    }

    public ReplyAddress AddressOf(PendingResult pending) => new(Instance, pending.Token);

    /// <summary>Completes a wait with a result. False: nobody waits (any more), or it is not this process that was asked.</summary>
    public bool TryComplete(ReplyAddress address, ReadOnlySpan<byte> body)
    {
        if (Claim(address) is not { } pending)
        {
            return false;
        }

        pending.SetResult(body);
        return true;
    }

    /// <summary>Completes a wait with a result that is JSON.</summary>
    public bool TryCompleteJson(ReplyAddress address, ReadOnlySpan<byte> json, JsonCodec codec, JsonMessageOptions options, BufferPool pool)
    {
        if (Claim(address) is not { } pending)
        {
            return false;
        }

        pending.SetJsonResult(json, codec, options, pool);
        return true;
    }

    /// <summary>Completes a wait with a failure.</summary>
    public bool TryFail(ReplyAddress address, Exception exception)
    {
        if (Claim(address) is not { } pending)
        {
            return false;
        }

        pending.SetException(exception);
        return true;
    }

    public void ReportProgress(ReplyAddress address, double fraction)
    {
        if (address.Instance == Instance && Find(address.Token) is { IsWaiting: true } pending && pending.Token == address.Token)
        {
            pending.Progress = fraction;
        }
    }

    /// <summary>Gives up on waits whose lifetime is over; returns how many.</summary>
    public int Expire(long nowTicks)
    {
        var expired = 0;
        var table = Volatile.Read(ref _table);
        foreach (var pending in table)
        {
            if (pending is { IsWaiting: true } && pending.ExpiresTicks != 0 && pending.ExpiresTicks <= nowTicks)
            {
                var address = AddressOf(pending);
                expired += TryFail(address, new TaskCanceledException("No result came within the result lifetime (Publisher.ResultLifetime).")) ? 1 : 0;
            }
        }

        return expired;
    }

    /// <summary>Ends every wait: the runtime stops.</summary>
    public void FailAll(Func<Exception> exception)
    {
        foreach (var pending in Volatile.Read(ref _table))
        {
            if (pending is { IsWaiting: true })
            {
                TryFail(AddressOf(pending), exception());
            }
        }
    }

    private PendingResult? Claim(ReplyAddress address)
    {
        if (address.Instance != Instance || Find(address.Token) is not { } pending || !pending.TryClaim(address.Token))
        {
            return null;
        }

        // A pooled call keeps its index; a handle is completed once and leaves.
        if (pending.IsSingleUse)
        {
            lock (_gate)
            {
                _table[pending.Index] = null;
                _freeIndexes.Push(pending.Index);
            }
        }

        return pending;
    }

    private PendingResult? Find(long token)
    {
        var table = Volatile.Read(ref _table);
        var index = PendingResult.IndexOf(token);
        return index < table.Length ? Volatile.Read(ref table[index]) : null;
    }

    private static long NewInstance()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToInt64(bytes) | 1;
    }
}
