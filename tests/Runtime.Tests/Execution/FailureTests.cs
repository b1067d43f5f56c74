using HighPerf.Messages;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;
using HighPerf.Transports;

namespace HighPerf.Tests.Execution;

public sealed class FailureTests
{
    [Fact]
    public async Task A_failure_is_tried_again_at_once_then_later_then_given_up()
    {
        FaultyTransport? faulty = null;
        await using var app = await TestApplication.StartAsync(wrap: inner => faulty = new FaultyTransport(inner));
        app.Stage.On("fail", (context, _) => throw new InvalidOperationException($"no {context.Attempt}"));
        var exception = await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(Play.Call("fail")));
        Assert.Contains("no 5", exception.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4, 5], app.Stage.Of("fail").Select(static played => played.Attempt));
        Assert.Single(app.Stage.Of("fail").Select(static played => played.Id).Distinct());

        // The second attempt was made in the same slot: three retries went through the queue.
        Assert.Equal(4, faulty!.Published.Count);
        var letter = await app.DeadLetterAsync();
        Assert.Equal(DeadLetterReason.AttemptsExhausted, letter.Reason);
        Assert.Equal("InvalidOperationException: no 5", letter.Description);
        Assert.True(Envelope.TryParse(letter.Bytes.Span, out var envelope, out _));
        Assert.Equal(app.Stage.Of("fail")[0].Id, envelope.Id);
        Assert.Equal(4, envelope.Attempt);
    }

    [Fact]
    public async Task A_task_that_recovers_succeeds()
    {
        await using var app = await TestApplication.StartAsync();
        app.Stage.On("flaky", (context, n) => context.Attempt < 4 ? throw new InvalidOperationException() : n * context.Attempt);
        Assert.Equal(8, await app.Publisher.CallAsync(Play.Call("flaky", 2)));
        app.Stage.On("late", async (context, n) =>
        {
            await Task.Yield();
            return context.Attempt < 4 ? throw new InvalidOperationException() : n * context.Attempt;
        });
        Assert.Equal(8, await app.Publisher.CallAsync(Play.Call("late", 2)));
        await app.IdleAsync();
        Assert.Equal(0, (await app.LengthAsync()).Dead);
    }

    [Fact]
    public async Task Poison_is_given_up_at_once()
    {
        await using var app = await TestApplication.StartAsync();
        app.Stage.On("poison", (_, _) => throw new PoisonException("never works"));
        await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(Play.Call("poison")));
        Assert.Equal(1, app.Stage.Count("poison"));
        var letter = await app.DeadLetterAsync();
        Assert.Equal(DeadLetterReason.Poisonous, letter.Reason);
        Assert.Contains("never works", letter.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_of_a_task_are_retried_optional_or_final()
    {
        await using var app = await TestApplication.StartAsync();
        var tries = 0;
        app.Stage.On("parts", async (context, n) =>
        {
            await context.RetryAsync(new RetryPolicy { MaxAttempts = 3, Backoff = TimeSpan.FromMilliseconds(1) }, _ => ++tries < 3 ? throw new IOException() : default(ValueTask));
            Assert.False(await context.OptionalAsync(static _ => throw new IOException("statistics")));
            Assert.True(await context.OptionalAsync(static _ => default));
            return n + await context.RetryAsync(RetryPolicy.Default, static _ => new ValueTask<int>(1));
        });
        Assert.Equal(6, await app.Publisher.CallAsync(Play.Call("parts", 5)));
        Assert.Equal(3, tries);
        Assert.True(app.Log.Has(1005));

        app.Stage.On("final", async (context, n) =>
        {
            await context.PoisonousAsync(static _ => throw new FormatException("bad data"));
            return n;
        });
        var exception = await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(Play.Call("final")));
        Assert.Contains("bad data", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1, app.Stage.Count("final"));

        app.Stage.On("gives up", async (context, n) =>
        {
            await context.RetryAsync(new RetryPolicy { MaxAttempts = 2, Backoff = TimeSpan.FromMilliseconds(1) }, static _ => throw new IOException("still"));
            return n;
        });
        Assert.Contains("IOException: still", (await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(PlayOnce.Call("gives up")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_service_is_named_with_its_task()
    {
        await using var app = await TestApplication.StartAsync();
        var exception = await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(NeedsMissing.Call()));
        Assert.Contains("NotRegistered", exception.Message, StringComparison.Ordinal);
        Assert.Contains("NeedsMissing", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Add it to the application's services", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_limit_cancels_the_attempt_and_counts_as_a_failure()
    {
        await using var app = await TestApplication.StartAsync();
        var reasons = new List<CancellationReason>();
        app.Stage.On("slow", async (context, n) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
            finally
            {
                lock (reasons)
                {
                    reasons.Add(context.CancellationReason);
                }
            }

            return n;
        });
        var exception = await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(PlayInTime.Call("slow")));
        Assert.Contains("TimeoutException", exception.Message, StringComparison.Ordinal);
        Assert.Equal([CancellationReason.Timeout, CancellationReason.Timeout], reasons);
        Assert.Equal(DeadLetterReason.AttemptsExhausted, (await app.DeadLetterAsync()).Reason);

        app.Stage.On("once", async (context, n) =>
        {
            if (context.Attempt == 1)
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }

            Assert.False(context.CancellationToken.IsCancellationRequested);
            return n;
        });
        Assert.Equal(4, await app.Publisher.CallAsync(PlayInTime.Call("once", 4)));
    }

    [Fact]
    public async Task A_task_that_ignores_its_hard_limit_is_left_behind_and_its_late_result_dropped()
    {
        var sink = new ListSink("list");
        await using var app = await TestApplication.StartAsync(hp => hp.AddSink("list", _ => sink).Results("*PlayInHardTime").ToSinks("list"));
        var open = new TaskCompletionSource();
        app.Stage.On("deaf", async (context, n) =>
        {
            if (context.Attempt == 1)
            {
                await open.Task;
                return -1;
            }

            return n;
        });
        Assert.Equal(6, await app.Publisher.CallAsync(PlayInHardTime.Call("deaf", 6)));
        Assert.True(app.Log.Has(1004));
        Assert.Equal(1, app.Stage.Running);
        open.SetResult();
        await Wait.UntilAsync(() => app.Stage.Running == 0);
        await app.IdleAsync();

        // The slot is free again: as many run beside each other as there are slots.
        var all = new TaskCompletionSource();
        app.Stage.On("wait", async (_, n) =>
        {
            await all.Task;
            return n;
        });
        var calls = Enumerable.Range(0, 4).Select(n => app.Publisher.CallAsync(Play.Call("wait", n)).AsTask()).ToArray();
        await Wait.UntilAsync(() => app.Stage.Running == 4);
        all.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal([6], sink.Values);
    }

    [Fact]
    public async Task A_task_that_always_ignores_its_hard_limit_becomes_a_dead_letter_and_its_caller_is_told()
    {
        await using var app = await TestApplication.StartAsync();
        var open = new TaskCompletionSource();
        app.Stage.On("deaf", async (_, n) =>
        {
            await open.Task;
            return n;
        });
        var exception = await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(PlayInHardTime.Call("deaf")));
        Assert.Contains("hard time limit", exception.Message, StringComparison.Ordinal);
        Assert.Equal(DeadLetterReason.AttemptsExhausted, (await app.DeadLetterAsync()).Reason);
        Assert.Equal(2, app.Stage.Running);
        open.SetResult();
        await Wait.UntilAsync(() => app.Stage.Running == 0);
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
    }

    [Fact]
    public async Task Time_limits_end_with_the_task_and_not_with_its_sinks()
    {
        var sink = new ListSink("list") { Failures = 3 };
        await using var app = await TestApplication.StartAsync(hp => hp.AddSink("list", _ => sink).Results("*PlayInHardTime").ToSinks("list"));
        Assert.Equal(1, await app.Publisher.CallAsync(PlayInHardTime.Call("quick", 1)));
        Assert.Equal(1, app.Stage.Count("quick"));
        Assert.Equal([1], sink.Values);
        Assert.False(app.Log.Has(1004));
    }

    [Fact]
    public async Task Many_attempts_that_end_at_their_limits_have_one_outcome_each()
    {
        await using var app = await TestApplication.StartAsync(static hp => hp.AddWorker(static w => w.Concurrency = 64), captureStacks: false);
        app.Stage.On("edge", async (context, n) =>
        {
            // Just around the limit, deaf to the token, so that abandoning and returning meet.
            await Task.Delay(180 + (n % 40), CancellationToken.None);
            return n;
        });
        var calls = Enumerable.Range(0, 200).Select(n => app.Publisher.CallAsync(PlayInHardTime.Call("edge", n)).AsTask()).ToArray();
        var failed = 0;
        for (var i = 0; i < calls.Length; i++)
        {
            try
            {
                Assert.Equal(i, await calls[i]);
            }
            catch (TaskFailedException)
            {
                failed++;
            }
        }

        await Wait.UntilAsync(() => app.Stage.Running == 0);
        await app.IdleAsync();
        Assert.Equal(failed, (await app.LengthAsync()).Dead);
        Assert.All(app.Stage.Of("edge").GroupBy(static played => played.Id), static plays => Assert.InRange(plays.Count(), 1, 2));
    }

    [Fact]
    public async Task A_revoked_command_is_not_started()
    {
        await using var app = await TestApplication.StartAsync();
        var handle = await app.Publisher.SendAsync(Play.Call("never").After(TimeSpan.FromMilliseconds(300)));
        app.Publisher.Revoke(handle.Id);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handle.GetResultAsync());
        await app.IdleAsync();
        Assert.Equal(0, app.Stage.Count("never"));
        Assert.Equal(0, (await app.LengthAsync()).Dead);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_revoked_command_that_runs_is_cancelled_and_not_tried_again(bool otherException)
    {
        await using var app = await TestApplication.StartAsync();
        var reason = CancellationReason.None;
        app.Stage.On("wait", async (context, n) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
            catch (OperationCanceledException) when (otherException)
            {
                reason = context.CancellationReason;
                throw new IOException("the connection was cut by the cancellation");
            }
            finally
            {
                reason = context.CancellationReason;
            }

            return n;
        });
        var handle = await app.Publisher.SendAsync(Play.Call("wait"));
        await Wait.UntilAsync(() => app.Stage.Count("wait") == 1);
        app.Publisher.Revoke(handle.Id);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handle.GetResultAsync());
        Assert.Equal(CancellationReason.Revoked, reason);
        await app.IdleAsync();
        Assert.Equal(1, app.Stage.Count("wait"));
        Assert.Equal(0, (await app.LengthAsync()).Dead);
    }

    [Fact]
    public async Task A_workflow_whose_waiting_command_is_revoked_fails()
    {
        await using var app = await TestApplication.StartAsync();
        var ids = new List<MessageId>();
        app.Stage.On("first", (context, n) =>
        {
            // The second command's id is derived: workflow and node.
            lock (ids)
            {
                ids.Add(context.Id);
            }

            return n;
        });
        var handle = await app.Publisher.SendAsync(Play.Call("never").After(TimeSpan.FromMilliseconds(400)).Then(Add.Step(1)));
        var command = MessageId.Derive(handle.Id, 1, 0);
        app.Publisher.Revoke(command);
        app.Publisher.Revoke(MessageId.Derive(handle.Id, 0, 0));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handle.GetResultAsync().WaitAsync(Wait.Patience));
        await app.IdleAsync();
        Assert.Equal(0, app.Stage.Count("never"));
    }

    [Fact]
    public async Task What_an_attempt_left_on_its_token_does_not_hear_of_the_next_one()
    {
        await using var app = await TestApplication.StartAsync(static hp => hp.AddWorker(static w => w.Concurrency = 1));
        var called = false;
        app.Stage.On("leaves", (context, n) =>
        {
            context.CancellationToken.Register(() => called = true);
            return n;
        });
        app.Stage.On("wait", async (context, n) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return n;
        });
        await app.Publisher.CallAsync(Play.Call("leaves"));
        var handle = await app.Publisher.SendAsync(Play.Call("wait"));
        await Wait.UntilAsync(() => app.Stage.Count("wait") == 1);
        app.Publisher.Revoke(handle.Id);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handle.GetResultAsync());
        Assert.False(called);
    }

    [Fact]
    public async Task A_retry_that_the_broker_refuses_gives_the_message_back()
    {
        FaultyTransport? faulty = null;
        await using var app = await TestApplication.StartAsync(wrap: inner => faulty = new FaultyTransport(inner));
        var refused = 0;
        app.Stage.On("flaky", (context, n) =>
        {
            if (app.Stage.Count("flaky") < 4)
            {
                faulty!.OnPublish = _ => Interlocked.Increment(ref refused) == 1 ? new PublishOutcome(PublishStatus.Rejected, "full") : null;
                throw new InvalidOperationException();
            }

            return n;
        });
        Assert.Equal(3, await app.Publisher.CallAsync(Play.Call("flaky", 3)));
        Assert.True(refused > 0);
        await app.IdleAsync();
    }
}
