using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Xunit.Sdk;

namespace HighPerf.TestKit.Brokers;

/// <summary>
/// A real broker's server, started for tests: on a free loopback port, with a data directory of its own, ended by its process id. Can be killed, stopped and continued,
/// and started again on the same data and port. Who owns the port is checked in /proc: a test that kills another server than it talks to tests nothing.
/// </summary>
public abstract class BrokerHost : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;

    private readonly EventHandler _onExit;
    private Process? _process;

    /// <summary>Creates a host that is not started.</summary>
    /// <param name="kind">Names the data directory.</param>
    protected BrokerHost(string kind)
    {
        Port = FreePort();
        DataDirectory = Path.Combine(Path.GetTempPath(), $"highperf-{kind}-{Environment.ProcessId}-{Port}");
        _onExit = (_, _) =>
        {
            Signal(SigKill);
            RemoveData();
        };
    }

    /// <summary>The loopback port.</summary>
    public int Port { get; protected init; }

    /// <summary>Its data; removed with the host.</summary>
    public string DataDirectory { get; }

    /// <summary>The server's process; 0 while there is none.</summary>
    public int ProcessId => _process is { HasExited: false } process ? process.Id : 0;

    /// <summary>True for a server that somebody else runs: it can be used and not be killed.</summary>
    public bool IsForeign { get; protected init; }

    /// <summary>How long the server may take to become ready.</summary>
    protected virtual TimeSpan StartTime => TimeSpan.FromSeconds(30);

    /// <summary>True for a server of several processes: the command makes itself the leader of a process group (setsid), and signals go to the whole group.</summary>
    protected virtual bool IsGroup => false;

    /// <summary>The command that starts the server in the foreground.</summary>
    protected abstract ProcessStartInfo Command();

    /// <summary>True when the server answers as one that can be used.</summary>
    protected abstract ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken);

    /// <summary>Starts the server and waits until it can be used.</summary>
    /// <exception cref="XunitException">It is not installed, does not become ready, or the port is somebody else's.</exception>
    public async Task StartAsync()
    {
        if (IsForeign)
        {
            await WaitUntilReadyAsync().ConfigureAwait(false);
            return;
        }

        Directory.CreateDirectory(DataDirectory);
        var command = Command();
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        var log = new System.Text.StringBuilder();
        try
        {
            _process = Process.Start(command)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new XunitException($"'{command.FileName}' cannot be started ({exception.Message}). ./test.sh installs the servers that the tests need.");
        }

        void Keep(object? sender, DataReceivedEventArgs line)
        {
            lock (log)
            {
                log.AppendLine(line.Data);
            }
        }

        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += _onExit;
        try
        {
            await WaitUntilReadyAsync().ConfigureAwait(false);
        }
        catch (XunitException exception)
        {
            Kill();
            lock (log)
            {
                throw new XunitException($"{exception.Message}\n{log}");
            }
        }

        AssertOwnsPort();
    }

    /// <summary>SIGKILL, and waits until the process is gone.</summary>
    public void Kill() => End(SigKill);

    /// <summary>SIGTERM, and waits until the process is gone.</summary>
    public void Stop() => End(SigTerm);

    /// <summary>SIGSTOP: the server keeps its connections, accepts TCP and answers nothing.</summary>
    public void Pause() => Signal(SigStop);

    /// <summary>SIGCONT.</summary>
    public void Continue() => Signal(SigCont);

    /// <summary>Starts the server again, on the same data and port, ending it first if it runs.</summary>
    public async Task RestartAsync()
    {
        Kill();
        await StartAsync().ConfigureAwait(false);
    }

    /// <summary>Fails when the port is not this server's.</summary>
    /// <exception cref="XunitException">It is not.</exception>
    public void AssertOwnsPort()
    {
        if (!OperatingSystem.IsLinux() || IsForeign)
        {
            return;
        }

        var inodes = ListeningInodes(Port);
        var owned = (IsGroup ? ProcessesOfGroup(ProcessId) : [ProcessId])
            .SelectMany(static id => Directory.EnumerateFiles($"/proc/{id}/fd"))
            .Select(static link => new FileInfo(link).LinkTarget)
            .ToHashSet();
        if (!inodes.Any(inode => owned.Contains($"socket:[{inode}]")))
        {
            throw new XunitException($"Port {Port} is not owned by process {ProcessId}: another server from an earlier run?");
        }
    }

    /// <summary>Ends the server and removes its data.</summary>
    public virtual ValueTask DisposeAsync()
    {
        if (!IsForeign)
        {
            Kill();
            RemoveData();
        }

        GC.SuppressFinalize(this);
        return default;
    }

    private async Task WaitUntilReadyAsync()
        => await Wait.UntilAsync(
            async () =>
            {
                if (_process is { HasExited: true } ended)
                {
                    throw new XunitException($"The server ended with code {ended.ExitCode}.");
                }

                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                try
                {
                    return await IsReadyAsync(limit.Token).ConfigureAwait(false);
                }
                catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
                {
                    return false;
                }
            },
            StartTime,
            "the server is ready").ConfigureAwait(false);

    private void RemoveData()
    {
        try
        {
            if (Directory.Exists(DataDirectory))
            {
                Directory.Delete(DataDirectory, recursive: true);
            }
        }
        catch (IOException)
        {
            // A process of the server is not gone yet, and writes.
        }
    }

    private void End(int signal)
    {
        if (_process is not { } process || IsForeign)
        {
            return;
        }

        Signal(signal);
        process.WaitForExit();
        process.Dispose();
        _process = null;
        AppDomain.CurrentDomain.ProcessExit -= _onExit;
    }

    private void Signal(int signal)
    {
        if (IsForeign)
        {
            throw new InvalidOperationException("The server is not this test's to signal.");
        }

        if (ProcessId is var id && id != 0)
        {
            _ = SendSignal(IsGroup ? -id : id, signal);
        }
    }

    /// <summary>A loopback port that nobody listens on now.</summary>
    protected static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static IEnumerable<string> ListeningInodes(int port)
    {
        const string Listen = "0A";
        var suffix = $":{port:X4}";
        return new[] { "/proc/net/tcp", "/proc/net/tcp6" }
            .Where(File.Exists)
            .SelectMany(File.ReadAllLines)
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 9 && fields[1].EndsWith(suffix, StringComparison.Ordinal) && fields[3] == Listen)
            .Select(static fields => fields[9]);
    }

    private static int[] ProcessesOfGroup(int group)
        => [.. Directory.EnumerateDirectories("/proc").Select(static path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0).Where(id => id != 0 && GroupOf(id) == group)];

    private static int GroupOf(int process)
    {
        try
        {
            // After the name in parentheses: state, parent, group.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
