using System.Text.Json.Serialization.Metadata;
using HighPerf.Data;
using HighPerf.Hosting;
using HighPerf.Publishing;
using HighPerf.Routing;
using HighPerf.State;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf;

/// <summary>What an application consists of. <c>Add</c> = many, named; <c>Use</c> = exactly one. With nothing said: one in-memory broker, one worker, all declared tasks.</summary>
public sealed class HighPerfBuilder
{
    /// <summary>Queue of everything that no route and no declaration sends elsewhere; <c>default</c> unless set.</summary>
    public string DefaultQueue { get; set; } = "default";

    /// <summary>How messages are published.</summary>
    public PublisherOptions Publisher { get; } = new();

    internal List<(string Name, Func<HighPerfServices, Transport> Create)> Transports { get; } = [];

    internal Dictionary<string, TransportRequirements> Requirements { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal List<RouteRule> Routes { get; } = [];

    internal List<(RoutePattern Pattern, string Sink)> ResultRules { get; } = [];

    internal List<(string Name, Func<HighPerfServices, Source> Create)> Sources { get; } = [];

    internal List<(string Name, Func<HighPerfServices, Sink> Create)> Sinks { get; } = [];

    internal WorkerOptions? Worker { get; private set; } = new();

    internal IReadOnlyList<DispatchTable>? Tables { get; private set; }

    internal JsonMessageOptions Json { get; } = new();

    /// <summary>Null where no JSON is used. A delegate and no flag: the linker sees whether anybody sets it, and leaves out what is behind it.</summary>
    internal Func<JsonMessageOptions, IReadOnlyList<DispatchTable>, RouteTable, List<string>, JsonBodies>? CreateJson { get; private set; }

    internal TimeProvider Clock { get; private set; } = TimeProvider.System;

    internal BufferPool Pool { get; private set; } = BufferPool.Shared;

    internal Func<HighPerfServices, StateStore>? State { get; private set; }

    internal Func<HighPerfServices, PayloadStore>? Payloads { get; private set; }

    internal List<string> Errors { get; } = [];

    /// <summary>Adds a broker in this process's memory: bounded, at least once while the process lives, gone with it.</summary>
    public HighPerfBuilder AddInMemory(string name, Action<InMemoryTransportOptions>? configure = null)
    {
        var options = new InMemoryTransportOptions();
        configure?.Invoke(options);
        return AddTransport(name, services => new InMemoryTransport(name, options, services.Clock, services.Pool));
    }

    /// <summary>Adds a broker of any kind; the packages of brokers call it. The first broker is the default one.</summary>
    public HighPerfBuilder AddTransport(string name, Func<HighPerfServices, Transport> create)
    {
        AddNamed(Transports, "broker", name, create);
        return this;
    }

    /// <summary>Refuses to start on a broker whose accepted messages survive less than this; the error shows what the broker gives.</summary>
    public HighPerfBuilder Require(string broker, DurabilityLevel level)
    {
        RequirementsOf(broker).Add(level);
        return this;
    }

    /// <summary>Refuses to start on a broker that cannot do this, or not in this way; the error shows what the broker gives.</summary>
    /// <param name="broker">Name of the broker, as added.</param>
    /// <param name="feature">What it has to do.</param>
    /// <param name="atLeast">By whom: <see cref="SupportLevel.Emulated"/> takes both.</param>
    public HighPerfBuilder Require(string broker, TransportFeature feature, SupportLevel atLeast = SupportLevel.Emulated)
    {
        RequirementsOf(broker).Add(feature, atLeast);
        return this;
    }

    /// <summary>Routes a task, event or document.</summary>
    public RouteTarget Route<TDeclaration>()
        where TDeclaration : IDeclaration
        => new(this, TDeclaration.Descriptor.Name);

    /// <summary>Routes all wire names that match a pattern; <c>*</c> stands for any characters. Of several that match, the most specific one counts.</summary>
    public RouteTarget Route(string pattern) => new(this, pattern);

    /// <summary>Sends the results of a task to sinks.</summary>
    public ResultTarget Results<TTask>()
        where TTask : IDeclaration
        => new(this, TTask.Descriptor.Name);

    /// <summary>Sends the results of all tasks whose wire names match a pattern to sinks.</summary>
    public ResultTarget Results(string pattern) => new(this, pattern);

    /// <summary>
    /// Reads JSON bodies in this process and sets how JSON is written and read; <see cref="RouteTarget.AsJson"/> does the first by itself. A worker that is sent JSON by
    /// others needs it. A process that calls neither has no JSON code in it.
    /// </summary>
    public HighPerfBuilder UseJson(Action<JsonMessageOptions>? configure = null)
    {
        configure?.Invoke(Json);
        CreateJson ??= JsonSetup.Create;
        return this;
    }

    /// <summary>Adds a directory as a data source: one document per file, or per number of lines.</summary>
    /// <param name="name">Name in logs, checkpoints and <see cref="HighPerfApplication.WaitForSourceAsync"/>.</param>
    /// <param name="map">Makes a document of a file or a part of it.</param>
    /// <param name="configure">Sets at least the path.</param>
    public HighPerfBuilder AddFileSource<TDocument>(string name, Func<FileSlice, TDocument> map, Action<FileSourceOptions> configure)
        where TDocument : IMessage<TDocument>
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new FileSourceOptions();
        configure(options);
        return AddSource(name, services => new FileSource<TDocument>(name, options, map, services.Loggers.CreateLogger<FileSource<TDocument>>(), services.Clock));
    }

    /// <summary>Adds a file of JSON lines as a data sink: atomic, idempotent by message id.</summary>
    /// <param name="name">Name that <see cref="ResultTarget.ToSinks"/> uses.</param>
    /// <param name="json">How a record becomes JSON: a source-generated type info, for example <c>AppJson.Default.DaySummary</c>.</param>
    /// <param name="configure">Sets at least the path.</param>
    public HighPerfBuilder AddFileSink<TDocument>(string name, JsonTypeInfo<TDocument> json, Action<FileSinkOptions> configure)
        where TDocument : IMessage<TDocument>
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new FileSinkOptions();
        configure(options);
        return AddSink(name, services => new FileSink<TDocument>(name, options, json, services.Loggers.CreateLogger<FileSink<TDocument>>()));
    }

    /// <summary>Adds a data source.</summary>
    public HighPerfBuilder AddSource(string name, Func<HighPerfServices, Source> create)
    {
        AddNamed(Sources, "source", name, create);
        return this;
    }

    /// <summary>Adds a data sink.</summary>
    public HighPerfBuilder AddSink(string name, Func<HighPerfServices, Sink> create)
    {
        AddNamed(Sinks, "sink", name, create);
        return this;
    }

    /// <summary>Configures the worker of this process.</summary>
    public HighPerfBuilder AddWorker(Action<WorkerOptions>? configure = null)
    {
        Worker ??= new WorkerOptions();
        configure?.Invoke(Worker);
        return this;
    }

    /// <summary>This process only publishes: no worker.</summary>
    public HighPerfBuilder WithoutWorker()
    {
        Worker = null;
        return this;
    }

    /// <summary>Uses these dispatch tables instead of all that the application's assemblies registered.</summary>
    public HighPerfBuilder UseTables(params DispatchTable[] tables)
    {
        Tables = tables;
        return this;
    }

    /// <summary>Uses a clock; for tests.</summary>
    public HighPerfBuilder UseClock(TimeProvider clock)
    {
        Clock = clock;
        return this;
    }

    /// <summary>Uses a state store; in memory by default.</summary>
    public HighPerfBuilder UseState(Func<HighPerfServices, StateStore> create)
    {
        State = create;
        return this;
    }

    /// <summary>Sends bodies of more than <see cref="PublisherOptions.ClaimCheckBytes"/> by claim check: the store has them, the messages say where.</summary>
    public HighPerfBuilder UsePayloads(Func<HighPerfServices, PayloadStore> create)
    {
        Payloads = create;
        return this;
    }

    /// <summary>Keeps large bodies as files, by claim check.</summary>
    /// <param name="configure">Sets at least the path.</param>
    public HighPerfBuilder UseFilePayloads(Action<FilePayloadStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new FilePayloadStoreOptions();
        configure(options);
        return UsePayloads(services => new FilePayloadStore(options, services.Clock));
    }

    /// <summary>Uses a buffer pool; for tests that see whether everything comes back.</summary>
    internal HighPerfBuilder UsePool(BufferPool pool)
    {
        Pool = pool;
        return this;
    }

    private void AddNamed<T>(List<(string Name, Func<HighPerfServices, T> Create)> list, string kind, string name, Func<HighPerfServices, T> create)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Contains('/', StringComparison.Ordinal))
        {
            Errors.Add($"A {kind} is called '{name}'; a name has at least one character and no '/'.");
        }
        else if (list.Exists(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            Errors.Add($"Two {kind}s are called '{name}'; give each its own name.");
        }
        else
        {
            list.Add((name, create));
        }
    }

    private TransportRequirements RequirementsOf(string broker)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(broker);
        return Requirements.TryGetValue(broker, out var existing) ? existing : Requirements[broker] = new TransportRequirements();
    }
}
