using HighPerf.Messages;
using HighPerf.State;

namespace HighPerf.Execution;

/// <summary>
/// Commands that come again without an outcome (contract D8): one of those that were running when a process ended is why it did. How often each was started is kept in the state store where processes
/// share one, because a broker counts deliveries, also of what was fetched and never begun; without one it is the broker's count. From its third start on a suspect is in the isolation lane, one at a
/// time in this process: so the culprit is found and its neighbours are cleared.
/// </summary>
internal sealed class Suspects(StateStore state, WorkerOptions options)
{
    private const int IsolatedFrom = 3;

    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _lane = new(1, 1);

    /// <summary>Waits for its turn and writes its start down, unless it was started often enough.</summary>
    /// <param name="id">The command.</param>
    /// <param name="attempt">Which attempt: a retry is another series.</param>
    /// <param name="deliveries">How often it was delivered, by the broker; more than once.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask<SuspectTurn> EnterAsync(MessageId id, int attempt, int deliveries, CancellationToken cancellationToken)
    {
        var key = state.IsShared ? $"starts:{id}:{attempt}" : null;

        // The first start was no suspect's and is not written down.
        var starts = key is null ? deliveries - 1 : 1 + (await state.GetMembersAsync(key, cancellationToken).ConfigureAwait(false)).Count;
        if (starts >= options.MaxStarts)
        {
            return new SuspectTurn(key, starts, mayStart: false, isIsolated: false);
        }

        var isIsolated = starts + 1 >= IsolatedFrom;
        if (isIsolated)
        {
            await _lane.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            if (key is not null)
            {
                await state.AddMemberAsync(key, Random.Shared.Next(), default, s_lifetime, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            Leave(isIsolated);
            throw;
        }

        return new SuspectTurn(key, starts, mayStart: true, isIsolated);
    }

    /// <summary>It has returned, or never will: the next one may start. What it did is forgotten when it is done. Of several calls the first one counts.</summary>
    public async ValueTask LeaveAsync(SuspectTurn turn, bool isDone)
    {
        if (!turn.TryLeave())
        {
            return;
        }

        Leave(turn.IsIsolated);
        if (isDone && turn.Key is { } key)
        {
            await state.RemoveAsync(key, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void Leave(bool isIsolated)
    {
        if (isIsolated)
        {
            _lane.Release();
        }
    }
}
