using HighPerf.Publishing;

namespace HighPerf;

/// <summary>The publisher inside a task: what it sends carries the task's message on as its parent.</summary>
public readonly struct TaskPublisher
{
    private readonly Publisher _publisher;
    private readonly TaskContext _context;

    internal TaskPublisher(Publisher publisher, TaskContext context)
    {
        _publisher = publisher;
        _context = context;
    }

    private Lineage Lineage => new(_context.Id, _context.RootId, _context.CorrelationId);

    /// <inheritdoc cref="Publisher.CallAsync{TArguments, TResult}(in TaskCall{TArguments, TResult}, CancellationToken)"/>
    public ValueTask<TResult> CallAsync<TArguments, TResult>(in TaskCall<TArguments, TResult> call, CancellationToken cancellationToken = default)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
        => _publisher.CallAsync(call, Lineage, cancellationToken);

    /// <inheritdoc cref="Publisher.SendAsync{TArguments, TResult}(in TaskCall{TArguments, TResult}, CancellationToken)"/>
    public ValueTask<TaskHandle<TResult>> SendAsync<TArguments, TResult>(in TaskCall<TArguments, TResult> call, CancellationToken cancellationToken = default)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
        => _publisher.SendAsync(call, Lineage, cancellationToken);

    /// <inheritdoc cref="Publisher.SendAsync{TArguments}(in TaskCall{TArguments, None}, CancellationToken)"/>
    public ValueTask<MessageId> SendAsync<TArguments>(in TaskCall<TArguments, None> call, CancellationToken cancellationToken = default)
        where TArguments : struct, ITaskArguments<TArguments>
        => _publisher.SendAsync(call, Lineage, cancellationToken);

    /// <inheritdoc cref="Publisher.PublishAsync{TMessage}(in TMessage, CancellationToken)"/>
    public ValueTask<MessageId> PublishAsync<TMessage>(in TMessage message, CancellationToken cancellationToken = default)
        where TMessage : IMessage<TMessage>
        => _publisher.PublishAsync(message, options: null, Lineage, cancellationToken);

    /// <inheritdoc cref="Publisher.SendAsync{TResult}(WorkflowCall{TResult}, CancellationToken)"/>
    public ValueTask<TaskHandle<TResult>> SendAsync<TResult>(WorkflowCall<TResult> workflow, CancellationToken cancellationToken = default)
        => _publisher.SendAsync(workflow, Lineage, cancellationToken);

    /// <inheritdoc cref="Publisher.PublishAsync{TMessage}(in TMessage, CallOptions, CancellationToken)"/>
    public ValueTask<MessageId> PublishAsync<TMessage>(in TMessage message, CallOptions options, CancellationToken cancellationToken = default)
        where TMessage : IMessage<TMessage>
        => _publisher.PublishAsync(message, options, Lineage, cancellationToken);

    /// <inheritdoc cref="Publisher.CallAsync{TResult}(WorkflowCall{TResult}, CancellationToken)"/>
    public async ValueTask<TResult> CallAsync<TResult>(WorkflowCall<TResult> workflow, CancellationToken cancellationToken = default)
    {
        var handle = await SendAsync(workflow, cancellationToken).ConfigureAwait(false);
        return await handle.GetResultAsync(cancellationToken).ConfigureAwait(false);
    }
}
