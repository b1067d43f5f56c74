namespace HighPerf.Execution;

/// <summary>Where tasks get their constructor arguments from; the hosting room knows how.</summary>
internal abstract class TaskServices
{
    /// <summary>Begins the scope of one attempt. The scope is disposed before the message is acknowledged; null where there is nothing to dispose.</summary>
    public abstract (IServiceProvider Services, IAsyncDisposable? Scope) Enter();
}
