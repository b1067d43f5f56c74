namespace HighPerf;

/// <summary>A call that was not sent yet: arguments and, where the caller said something, options. Made by the generated <c>Call(...)</c>.</summary>
/// <typeparam name="TArguments">The generated arguments struct.</typeparam>
/// <typeparam name="TResult">The task's result; <see cref="None"/> for a task without.</typeparam>
public readonly struct TaskCall<TArguments, TResult>
    where TArguments : struct, ITaskArguments<TArguments>
{
    /// <summary>Creates a call.</summary>
    public TaskCall(in TArguments arguments, CallOptions? options = null)
    {
        Arguments = arguments;
        Options = options;
    }

    /// <summary>The arguments.</summary>
    public TArguments Arguments { get; }

    /// <summary>What the caller said about this call; null for nothing.</summary>
    public CallOptions? Options { get; }

    /// <summary>Publishes to this queue.</summary>
    public TaskCall<TArguments, TResult> On(string queue) => With(Current with { Queue = queue });

    /// <summary>Executes not before this long after publishing.</summary>
    public TaskCall<TArguments, TResult> After(TimeSpan delay) => With(Current with { Delay = delay, NotBefore = null });

    /// <summary>Executes not before this instant.</summary>
    public TaskCall<TArguments, TResult> At(DateTimeOffset notBefore) => With(Current with { NotBefore = notBefore, Delay = null });

    /// <summary>Is not executed later than this long after publishing.</summary>
    public TaskCall<TArguments, TResult> ExpiresAfter(TimeSpan lifetime) => With(Current with { ExpiresAfter = lifetime });

    /// <summary>Sets the priority class.</summary>
    public TaskCall<TArguments, TResult> WithPriority(MessagePriority priority) => With(Current with { Priority = priority });

    /// <summary>Sets the ordering key.</summary>
    public TaskCall<TArguments, TResult> WithOrderingKey(string key) => With(Current with { OrderingKey = key });

    /// <summary>Sets the correlation id.</summary>
    public TaskCall<TArguments, TResult> WithCorrelationId(MessageId id) => With(Current with { CorrelationId = id });

    /// <summary>Sets whose call it is.</summary>
    public TaskCall<TArguments, TResult> ForTenant(string tenant) => With(Current with { Tenant = tenant });

    /// <summary>Sets the label that routes may go by.</summary>
    public TaskCall<TArguments, TResult> WithLabel(string label) => WithHeader(CallOptions.LabelHeader, label);

    /// <summary>Adds a free header.</summary>
    public TaskCall<TArguments, TResult> WithHeader(string name, string value)
    {
        var headers = new Dictionary<string, string>(Current.Headers ?? new Dictionary<string, string>()) { [name] = value };
        return With(Current with { Headers = headers });
    }

    /// <summary>The same call whose result nobody waits for: sending it keeps nothing in memory.</summary>
    public TaskCall<TArguments, None> IgnoreResult() => new(Arguments, Options);

    private CallOptions Current => Options ?? EmptyOptions;

    private static CallOptions EmptyOptions { get; } = new();

    private TaskCall<TArguments, TResult> With(CallOptions options) => new(Arguments, options);
}
