using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace HighPerf.Hosting;

/// <summary>SIGINT and SIGTERM: the first one asks for a drain, the second one forces the end at once.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly Action _drain;
    private readonly Action<string> _say;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private int _count;

    public ShutdownSignals(Action drain, Action<string> say)
    {
        _drain = drain;
        _say = say;
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) == 1)
        {
            _say("Stopping: waiting for what runs. Press Ctrl+C again to end at once.");
            _drain();
            return;
        }

        _say("Forced to end.");
        Environment.Exit(context.Signal == PosixSignal.SIGINT ? 130 : 143);
    }
}
