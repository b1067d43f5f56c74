using System.Buffers;
using HighPerf.Execution;
using HighPerf.Messages;

namespace HighPerf;

/// <summary>What generated code is given to run one attempt: bytes in, bytes out, services. One per slot, reused from attempt to attempt.</summary>
public sealed class TaskInvocation
{
    private readonly Slot _slot;
    private readonly TaskServices _services;
    private IServiceProvider? _provider;
    private IAsyncDisposable? _scope;

    internal TaskInvocation(Slot slot, TaskServices services)
    {
        _slot = slot;
        _services = services;
    }

    /// <summary>The attempt as the task sees it.</summary>
    public TaskContext Context => _slot.Context;

    /// <summary>The command's body. Borrowed: read it before the first await.</summary>
    public ReadOnlySpan<byte> Arguments => _slot.Arguments.Span;

    /// <summary>The fingerprint of the contract that the command was written by.</summary>
    public ulong Fingerprint => EnvelopeCodec.FingerprintOf(_slot.Running.Message.Span);

    /// <summary>True if the command's body is JSON.</summary>
    public bool IsJson => _slot.Running.Json is not null;

    /// <summary>Where the result's body goes.</summary>
    public IBufferWriter<byte> Result => _slot.Result;

    internal bool HasScope => _scope is not null;

    /// <summary>A constructor argument of the task, from the scope of this attempt.</summary>
    /// <exception cref="HighPerfException">No such service is registered; names the task and the service.</exception>
    public TService GetRequiredService<TService>()
        where TService : notnull
    {
        if (_provider is null)
        {
            (_provider, _scope) = _services.Enter();
        }

        return (TService?)_provider.GetService(typeof(TService))
            ?? throw new HighPerfException($"Task {Context.Name} needs a {typeof(TService)} in its constructor and none is registered. Add it to the application's services.");
    }

    /// <summary>Reads a command's body that is JSON.</summary>
    /// <exception cref="MessageFormatException">The bytes are not the JSON of the arguments.</exception>
    public TArguments ReadJson<TArguments>()
        where TArguments : struct
        => ((JsonCodec<TArguments>)_slot.Running.Json!).Read(_slot.Arguments.Span, _slot.JsonOptions);

    internal async ValueTask DisposeScopeAsync()
    {
        var scope = _scope;
        _provider = null;
        _scope = null;
        if (scope is not null)
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
    }
}
