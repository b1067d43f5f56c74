using HighPerf.Data;
using Microsoft.Extensions.Logging;

namespace HighPerf.Control;

/// <summary>A data source: runs it, and runs it again with a growing delay when it fails.</summary>
internal sealed class SourceRole(Source source, DocumentPublisher documents, TimeProvider clock, ILogger logger) : Role($"source {source.Name}")
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _run = Task.CompletedTask;

    public Source Source => source;

    /// <summary>Completes when the source has nothing more to come.</summary>
    public Task Completion => _completion.Task;

    public override ValueTask StartAsync(CancellationToken cancellationToken)
    {
        Health = RoleHealth.Healthy;
        _run = Task.Run(RunAsync, CancellationToken.None);
        return default;
    }

    public override async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        Health = RoleHealth.Draining;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _run.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        Health = RoleHealth.Stopped;
    }

    private async Task RunAsync()
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                await source.RunAsync(documents, _stopping.Token).ConfigureAwait(false);
                if (!_stopping.IsCancellationRequested)
                {
                    ControlLog.SourceCompleted(logger, source.Name);
                    _completion.TrySetResult();
                }

                break;
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                Health = RoleHealth.Unhealthy;
                ControlLog.SourceFailed(logger, source.Name, delay, exception);
            }

            try
            {
                await Task.Delay(delay, clock, _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            Health = RoleHealth.Healthy;
        }

        _completion.TrySetCanceled();
    }
}
