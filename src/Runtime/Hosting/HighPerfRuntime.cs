using HighPerf.Control;
using HighPerf.Data;
using HighPerf.Diagnostics;
using HighPerf.Execution;
using HighPerf.Publishing;
using HighPerf.Routing;
using HighPerf.State;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Hosting;

/// <summary>Wires the rooms together from what the builder holds. Wiring only: no behaviour lives here.</summary>
internal sealed class HighPerfRuntime
{
    private readonly ILogger _logger;
    private readonly Func<string> _banner;

    public HighPerfRuntime(HighPerfBuilder builder, ILoggerFactory loggers, IServiceProvider provider, TaskServices taskServices)
    {
        _logger = loggers.CreateLogger("HighPerf");
        var clock = builder.Clock;
        var services = new HighPerfServices(clock, loggers, provider) { Pool = builder.Pool };
        var errors = new List<string>(builder.Errors);
        errors.AddRange(builder.Publisher.Validate());
        errors.AddRange(builder.Worker?.Validate() ?? []);
        if (string.IsNullOrWhiteSpace(builder.DefaultQueue))
        {
            errors.Add("DefaultQueue is empty; name a queue.");
        }

        if (builder.Transports.Count == 0)
        {
            builder.AddInMemory("memory");
        }

        var transports = Create(builder.Transports, services, errors);
        var sinks = Create(builder.Sinks, services, errors);
        var sources = Create(builder.Sources, services, errors);
        var payloads = builder.Payloads is { } create ? Create([("payloads", create)], services, errors).SingleOrDefault() : null;
        CheckRoutes(builder, errors);
        if (Failpoint.Error is { } wrong)
        {
            errors.Add(wrong);
        }

        errors.AddRange(builder.Requirements.Keys.Where(name => !transports.Any(transport => transport.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            .Select(name => $"Require(\"{name}\", ...): there is no broker '{name}'. Known: {string.Join(", ", transports.Select(static t => t.Name))}."));
        ThrowIfAny(errors);

        var registry = new TransportRegistry(transports);
        var routes = new RouteTable(builder.Routes, registry, builder.DefaultQueue);
        var tables = builder.Tables ?? DispatchTables.All;
        var handlers = AllHandlers(tables);
        var messages = AllMessages(tables);
        CheckNames(handlers, errors);

        var state = builder.State?.Invoke(services) ?? new InMemoryStateStore(clock);
        var timetable = new Timetable(clock, _logger);
        var destinations = new DestinationTable(routes.Resolve, routes.ResolveQueue, routes.HasConditions ? routes.Resolve : null);
        var json = builder.CreateJson?.Invoke(builder.Json, tables, routes, errors);
        Publisher = new Publisher(builder.Publisher, destinations, state, timetable, clock, builder.Pool, payloads, json, _logger);
        foreach (var handler in handlers)
        {
            destinations.Find(handler.Descriptor.Message, handler.Descriptor.Queue);
        }

        foreach (var message in messages)
        {
            destinations.Find(message, declaredQueue: null);
        }

        var roles = new List<Role>();
        var consumed = builder.Worker is { } options ? Consumed(options, routes, handlers, messages, builder.DefaultQueue, errors) : [];
        ThrowIfAny(errors);
        roles.AddRange(transports.Select(transport => new TransportRole(transport, builder.Requirements.GetValueOrDefault(transport.Name), consumed, _logger)));
        roles.AddRange(sinks.Select(static sink => new SinkRole(sink)));
        if (payloads is not null)
        {
            roles.Add(new PayloadRole(payloads));
        }

        roles.Add(new PublisherRole(Publisher, timetable, state, clock, _logger));
        var sinkRules = builder.ResultRules.Select(rule => (rule.Pattern, sinks.First(sink => sink.Name == rule.Sink)));
        var sinkTable = new SinkTable(sinkRules, handlers.Select(static handler => handler.Descriptor));
        var retry = builder.Worker?.Retry ?? RetryPolicy.Default;
        var dispatcher = new Dispatcher(tables, handler => new TaskRegistration(handler, retry, sinkTable.Of(handler.Descriptor.Message.Hash), clock, Publisher.Json?.Find(handler.Descriptor.Message)));
        var replies = new Replies(Publisher);
        var continuations = new Continuations(Publisher, replies, dispatcher, state, _logger, builder.Publisher.WorkflowLifetime);
        Publisher.Listener.OnStep = (step, result, failure) => failure is null ? continuations.CompleteAsync(step, result) : continuations.FailAsync(step, failure);
        if (builder.Worker is { } workerOptions)
        {
            var router = new Router(Publisher, replies, new Subscriptions(AllSubscriptions(tables)), state, _logger);
            var resultSinks = new ResultSinks(clock, _logger);
            roles.Add(new WorkerRole(new Worker(
                workerOptions,
                Publisher,
                dispatcher,
                consumed,
                stopping => new TaskExecutor(Publisher, replies, router, resultSinks, continuations, workerOptions, state, payloads, clock, _logger, stopping),
                taskServices,
                clock,
                _logger)));
        }

        var documents = new RoutedDocuments(Publisher);
        Sources = [.. sources.Select(source => new SourceRole(source, documents, clock, _logger))];
        roles.AddRange(Sources);
        Controller = new Controller(roles, clock, _logger);
        _banner = () => Banner.Format(transports, builder.Worker, consumed, handlers, task => destinations.Find(task.Message, task.Queue) + (json?.ForPublishing(task.Message) is null ? string.Empty : " as JSON"), sources, sinks);
    }

    public Publisher Publisher { get; }

    public Controller Controller { get; }

    public IReadOnlyList<SourceRole> Sources { get; }

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (Failpoint.Description is { } failpoints)
        {
            ControlLog.Failpoints(_logger, failpoints);
        }

        await Controller.StartAsync(cancellationToken).ConfigureAwait(false);
        if (_logger.IsEnabled(LogLevel.Information))
        {
            ControlLog.Started(_logger, _banner());
        }
    }

    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        await Controller.StopAsync(cancellationToken).ConfigureAwait(false);

        // Whoever called while the roles were stopping: the brokers are gone now, so nobody comes after these.
        Publisher.Results.FailAll(static () => new TaskCanceledException("The application stopped before the result came."));
    }

    private static List<T> Create<T>(List<(string Name, Func<HighPerfServices, T> Create)> parts, HighPerfServices services, List<string> errors)
    {
        var created = new List<T>();
        foreach (var (name, create) in parts)
        {
            try
            {
                created.Add(create(services));
            }
            catch (Exception exception) when (exception is HighPerfException or ArgumentException)
            {
                errors.Add($"'{name}': {exception.Message}");
            }
        }

        return created;
    }

    private static void CheckRoutes(HighPerfBuilder builder, List<string> errors)
    {
        foreach (var rule in builder.Routes.Where(rule => rule.Broker is not null && !builder.Transports.Exists(t => string.Equals(t.Name, rule.Broker, StringComparison.OrdinalIgnoreCase))))
        {
            errors.Add($"Route \"{rule.Pattern.Text}\" leads to the broker '{rule.Broker}', which was not added. Known: {string.Join(", ", builder.Transports.Select(static t => t.Name))}.");
        }

        foreach (var (pattern, sink) in builder.ResultRules.Where(rule => !builder.Sinks.Exists(s => s.Name == rule.Sink)))
        {
            var known = builder.Sinks.Count == 0 ? "none" : string.Join(", ", builder.Sinks.Select(static s => s.Name));
            errors.Add($"Results of \"{pattern.Text}\" go to the sink '{sink}', which was not added. Known: {known}.");
        }
    }

    /// <summary>One assembly's collisions are compile errors; those between assemblies are found here.</summary>
    private static void CheckNames(List<TaskHandler> handlers, List<string> errors)
    {
        foreach (var clash in handlers.GroupBy(static handler => handler.Descriptor.Message.Hash).Where(static group => group.Count() > 1))
        {
            errors.Add($"These tasks of different assemblies have one wire name or hash: {string.Join(", ", clash.Select(static h => h.Descriptor.Name))}. Give one of them another name: [Task(\"…\")].");
        }
    }

    private static List<Destination> Consumed(
        WorkerOptions options, RouteTable routes, List<TaskHandler> handlers, List<MessageDescriptor> messages, string defaultQueue, List<string> errors)
    {
        var destinations = new List<Destination>();
        if (options.Queues.Count > 0)
        {
            foreach (var queue in options.Queues)
            {
                try
                {
                    destinations.Add(routes.ResolveQueue(queue));
                }
                catch (HighPerfException exception)
                {
                    errors.Add($"Worker.Queues names '{queue}': {exception.Message}");
                }
            }
        }
        else
        {
            destinations.Add(routes.ResolveQueue(defaultQueue));
            destinations.AddRange(handlers.SelectMany(handler => routes.ResolveAll(handler.Descriptor.Message, handler.Descriptor.Queue)));
            destinations.AddRange(messages.SelectMany(message => routes.ResolveAll(message, declaredQueue: null)));
        }

        return [.. destinations.Distinct()];
    }

    private static void ThrowIfAny(List<string> errors)
    {
        if (errors.Count > 0)
        {
            throw new HighPerfConfigurationException(errors);
        }
    }

    private static List<TaskHandler> AllHandlers(IReadOnlyList<DispatchTable> tables)
    {
        var all = new List<TaskHandler>();
        foreach (var table in tables)
        {
            all.AddRange(table.Handlers);
        }

        return all;
    }

    private static List<MessageDescriptor> AllMessages(IReadOnlyList<DispatchTable> tables)
    {
        var all = new List<MessageDescriptor>();
        foreach (var table in tables)
        {
            all.AddRange(table.Messages);
        }

        return all;
    }

    private static List<Subscription> AllSubscriptions(IReadOnlyList<DispatchTable> tables)
    {
        var all = new List<Subscription>();
        foreach (var table in tables)
        {
            all.AddRange(table.Subscriptions);
        }

        return all;
    }
}
