using System.Diagnostics;
using System.Globalization;

namespace HighPerf.Load;

/// <summary>Measures one transport: the raw loop and the transport take turns, so that what else the machine does meets both.</summary>
internal sealed class LoadRun : IAsyncDisposable
{
    private const int Shallow = 1_000;
    private const int DepthPayload = 100;
    private const int DepthWindow = 256;
    private const int DepthPieces = 9;

    private readonly LoadTarget _target;
    private readonly LoadOptions _options;
    private readonly IAsyncDisposable? _host;
    private readonly string _directory;
    private readonly string _address;

    private LoadRun(LoadTarget target, LoadOptions options, IAsyncDisposable? host, string directory, string address)
    {
        _target = target;
        _options = options;
        _host = host;
        _directory = directory;
        _address = address;
    }

    private int Deep => Math.Min((int)((_options.Quick ? 100_000 : 1_000_000) * _target.Share), _target.MostQueued);

    public static async Task<LoadRun> StartAsync(LoadTarget target, LoadOptions options)
    {
        var directory = Directory.CreateTempSubdirectory("highperf-load-").FullName;
        var (host, address) = options.Address is null && target.StartBroker is not null ? await target.StartBroker() : (null, options.Address ?? directory);
        return new LoadRun(target, options, host, directory, address);
    }

    public async Task<List<LoadRow>> RunAsync()
    {
        var rows = new List<LoadRow>();
        foreach (var payload in _options.Payloads)
        {
            foreach (var concurrency in _options.Concurrencies)
            {
                await PublishAndDrainAsync(rows, payload, concurrency);
            }
        }

        if (_options.Operations.Contains("call"))
        {
            rows.Add(Say(await CallLoad.RunAsync(_target, _address, _options)));
        }

        if (_options.Operations.Contains("depth"))
        {
            rows.Add(Say(await DepthAsync()));
            if (_target.StartBroker is not null)
            {
                rows.Add(Say(await RawDepthAsync()));
            }
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task PublishAndDrainAsync(List<LoadRow> rows, int payload, int concurrency)
    {
        if (!_options.Operations.Contains("publish") && !_options.Operations.Contains("drain"))
        {
            return;
        }

        var count = Count(payload, concurrency);
        await using var raw = _target.CreateRaw(_address);
        await using var ours = await TransportLoop.OpenAsync(_target.CreateTransport("load", _address), concurrency);
        await raw.OpenAsync();
        var (publish, drain) = (new Turns(count), new Turns(count));
        for (var round = -1; round < _options.Rounds; round++)
        {
            // The first round warms up. Who begins changes, too.
            var rawFirst = round % 2 == 0;
            if (rawFirst)
            {
                await publish.RawAsync(round, () => raw.PublishAsync(count, payload, concurrency));
            }

            await publish.OursAsync(round, () => ours.PublishAsync(count, payload, concurrency));
            if (!rawFirst)
            {
                await publish.RawAsync(round, () => raw.PublishAsync(count, payload, concurrency));
            }

            await drain.RawAsync(round, () => raw.DrainAsync(count, concurrency));
            await drain.OursAsync(round, () => ours.DrainAsync(count));
        }

        if (_options.Operations.Contains("publish"))
        {
            rows.Add(Say(publish.ToRow(_target.Name, "publish", payload, concurrency)));
        }

        if (_options.Operations.Contains("drain"))
        {
            rows.Add(Say(drain.ToRow(_target.Name, "drain", payload, concurrency)));
        }
    }

    /// <summary>What a message costs with many queued behind it, beside a thousand: the middle of several pieces of a thousand each.</summary>
    private async Task<LoadRow> DepthAsync()
    {
        var deep = Deep;
        await using var ours = await TransportLoop.OpenAsync(_target.CreateTransport("depth", _address), concurrency: DepthWindow);
        await using var shallow = await TransportLoop.OpenAsync(_target.CreateTransport("shallow", _address), concurrency: DepthWindow);
        await ours.PublishAsync(deep, DepthPayload, DepthWindow);
        var turns = new Turns(Shallow);
        for (var piece = -1; piece < DepthPieces; piece++)
        {
            await shallow.PublishAsync(Shallow, DepthPayload, DepthWindow);
            await turns.RawAsync(piece, () => shallow.DrainAsync(Shallow));
            await turns.OursAsync(piece, () => ours.DrainAsync(Shallow));
        }

        return turns.ToRow(_target.Name, "depth", DepthPayload, deep);
    }

    /// <summary>The same with the raw loop: what the broker itself takes for a message with many behind it.</summary>
    private async Task<LoadRow> RawDepthAsync()
    {
        const int Window = 16;
        var deep = Deep;
        await using var many = _target.CreateRaw(_address);
        await using var few = _target.CreateRaw(_address);
        await many.OpenAsync();
        await few.OpenAsync();
        await many.PublishAsync(deep, DepthPayload, DepthWindow);
        var turns = new Turns(Shallow);
        for (var piece = -1; piece < DepthPieces; piece++)
        {
            await few.PublishAsync(Shallow, DepthPayload, DepthWindow);
            await turns.RawAsync(piece, () => few.DrainAsync(Shallow, Window));
            await turns.OursAsync(piece, () => many.DrainAsync(Shallow, Window));
        }

        return turns.ToRow(_target.Name, "depth-raw", DepthPayload, deep);
    }

    private int Count(int payload, int concurrency)
    {
        var count = concurrency switch { < 8 => 1_000, < 64 => 10_000, _ => 50_000 };
        count = payload > 4096 ? count / 8 : count;
        return Math.Max(concurrency, (int)Math.Min((_options.Quick ? count / 5 : count) * _target.Share, _target.MostBytes / payload));
    }

    private static LoadRow Say(LoadRow row)
    {
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Transport} {row.Operation} {row.Payload} B x {row.Concurrency}: {row.Rate:N0}/s, {row.Ratio:F2} x {row.RawRate:N0}/s, {row.AllocatedBytesPerMessage:F1} B"));
        return row;
    }

    /// <summary>The rounds of both.</summary>
    private sealed class Turns(int count)
    {
        private readonly List<double> _raw = [];
        private readonly List<double> _ours = [];
        private readonly List<double> _allocated = [];
        private TimeSpan _cpu;

        public async Task RawAsync(int round, Func<Task> run)
        {
            var seconds = await SecondsAsync(run);
            if (round >= 0)
            {
                _raw.Add(count / seconds);
            }
        }

        public async Task OursAsync(int round, Func<Task> run)
        {
            var (bytes, cpu) = (GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime);
            var seconds = await SecondsAsync(run);
            if (round >= 0)
            {
                _ours.Add(count / seconds);
                _allocated.Add((GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)count);
                _cpu += Environment.CpuUsage.TotalTime - cpu;
            }
        }

        public LoadRow ToRow(string transport, string operation, int payload, int concurrency) => new(
            transport,
            operation,
            payload,
            concurrency,
            Middle(_ours),
            Middle(_raw),
            Middle(_ours.Zip(_raw, static (ours, raw) => ours / raw)),
            _allocated.Min(),
            P50Us: null,
            P99Us: null,
            _cpu.TotalSeconds / _ours.Count / count * 1e6);

        private static double Middle(IEnumerable<double> values)
        {
            var sorted = values.Order().ToArray();
            return sorted[sorted.Length / 2];
        }

        private static async Task<double> SecondsAsync(Func<Task> run)
        {
            var start = Stopwatch.GetTimestamp();
            await run().WaitAsync(TimeSpan.FromMinutes(5));
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }
}
