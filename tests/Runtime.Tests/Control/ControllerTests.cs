using HighPerf.Control;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace HighPerf.Tests.Control;

public sealed class ControllerTests
{
    private readonly List<string> _events = [];
    private readonly RecordedLog _log = new(LogLevel.Debug);

    [Fact]
    public async Task Roles_start_in_order_drain_in_reverse_and_are_disposed_when_all_are_drained()
    {
        var controller = NewController(new FakeRole("a", _events), new FakeRole("b", _events), new FakeRole("c", _events));
        Assert.False(controller.IsHealthy);
        await controller.StartAsync(CancellationToken.None);
        Assert.True(controller.IsHealthy);
        Assert.Equal(["a", "b", "c"], controller.Roles.Select(static role => role.Name));
        await controller.StopAsync(CancellationToken.None);
        Assert.Equal(["start a", "start b", "start c", "drain c", "drain b", "drain a", "dispose c", "dispose b", "dispose a"], _events);
        await controller.StopAsync(CancellationToken.None);
        Assert.Equal(9, _events.Count);
    }

    [Fact]
    public async Task A_failed_start_stops_what_had_started()
    {
        var controller = NewController(new FakeRole("a", _events), new FakeRole("b", _events) { FailsToStart = true }, new FakeRole("c", _events));
        await Assert.ThrowsAsync<IOException>(async () => await controller.StartAsync(CancellationToken.None));
        Assert.Equal(["start a", "start b", "drain b", "drain a", "dispose b", "dispose a"], _events);
    }

    [Fact]
    public async Task A_role_that_fails_to_stop_keeps_no_other_from_stopping()
    {
        var controller = NewController(new FakeRole("a", _events), new FakeRole("b", _events) { FailsToStop = true });
        await controller.StartAsync(CancellationToken.None);
        await controller.StopAsync(CancellationToken.None);
        Assert.Equal(["start a", "start b", "drain b", "drain a", "dispose b", "dispose a"], _events);
        Assert.Equal(2, _log.Entries.Count(static entry => entry.Id == 1202));
    }

    [Fact]
    public async Task An_application_that_fails_to_start_holds_nothing()
    {
        await using var app = TestApplication.Create(static hp => hp.AddSink("broken", static _ => new BrokenSink()));
        await Assert.ThrowsAsync<IOException>(async () => await app.Application.StartAsync());
    }

    [Fact]
    public async Task The_roles_of_an_application_are_healthy_while_it_runs()
    {
        await using var app = await TestApplication.StartAsync(static hp => hp.AddSink("list", static _ => new ListSink("list")));
        Assert.True(app.Application.Controller.IsHealthy);
        Assert.Equal(["transport memory", "sink list", "publisher", "worker"], app.Application.Controller.Roles.Select(static role => role.Name));
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
        await app.StopAsync();
        Assert.All(app.Application.Controller.Roles, static role => Assert.Equal(RoleHealth.Stopped, role.Health));
        Assert.False(app.Application.Controller.IsHealthy);
    }

    private Controller NewController(params Role[] roles) => new(roles, TimeProvider.System, _log);

    private sealed class BrokenSink() : HighPerf.Data.Sink("broken")
    {
        public override ValueTask StartAsync(CancellationToken cancellationToken) => throw new IOException("no such directory");

        public override ValueTask WriteAsync(HighPerf.Data.SinkRecord record, CancellationToken cancellationToken) => default;
    }

    private sealed class FakeRole(string name, List<string> events) : Role(name)
    {
        public bool FailsToStart { get; init; }

        public bool FailsToStop { get; init; }

        public override ValueTask StartAsync(CancellationToken cancellationToken)
        {
            events.Add($"start {Name}");
            Health = RoleHealth.Healthy;
            return FailsToStart ? throw new IOException(Name) : default;
        }

        public override ValueTask DrainAsync(CancellationToken cancellationToken)
        {
            events.Add($"drain {Name}");
            return FailsToStop ? throw new IOException(Name) : default;
        }

        public override ValueTask DisposeAsync()
        {
            events.Add($"dispose {Name}");
            return FailsToStop ? throw new IOException(Name) : default;
        }
    }
}
