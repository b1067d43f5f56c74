using Microsoft.Extensions.Logging;
using Warehouse.Stock;
using Xunit;

namespace HighPerf.Generated.Tests;

/// <summary>Generated handlers run by a real worker over the in-memory transport: every kind of return value and of instance.</summary>
public sealed class HandlerTests : IAsyncLifetime
{
    private readonly Journal _journal = new();
    private readonly HighPerfApplication _app;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));

    public HandlerTests() => _app = HighPerfApplication.Create(
        hp => hp.AddInMemory("main"),
        services => services.Add(_journal).Add<IGreeter>(new Greeter()),
        minimumLevel: LogLevel.None);

    public async Task InitializeAsync() => await _app.StartAsync();

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _limit.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WithoutResult(bool late)
    {
        await Publisher.CallAsync(ReturnsVoid.Call(1), _limit.Token);
        await Publisher.CallAsync(ReturnsTask.Call(2, late), _limit.Token);
        await Publisher.CallAsync(ReturnsValueTask.Call(3, late), _limit.Token);
        Assert.Equal(["void 1", "task 2", "value task 3"], _journal.Take());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WithResult(bool late)
    {
        Assert.Equal("a!", await Publisher.CallAsync(ReturnsTaskOfValue.Call("a", late), _limit.Token));
        Assert.Equal(new Point(2, 1), await Publisher.CallAsync(ReturnsValueTaskOfValue.Call(new Point(1, 2), late), _limit.Token));
        Assert.Equal([1.5m], await Publisher.CallAsync(IsStatic.Call([1.5m]), _limit.Token));
        Assert.Null(await Publisher.CallAsync(IsStatic.Call(null), _limit.Token));
        Assert.Equal(10, await Publisher.CallAsync(Add.Call(1, 2), _limit.Token));
    }

    [Fact]
    public async Task Views()
    {
        var parcel = new Parcel(default, 12, "€", default, false, null, null, null, null, null, "", 0);
        Assert.Equal("w24€", await Publisher.CallAsync(Weigh.Call("w", parcel), _limit.Token));
        Assert.Equal("w36€", await Publisher.CallAsync(Weigh.Call("w", parcel, 3), _limit.Token));
        await Publisher.CallAsync(Warehouse2.SeesMoved.Call(new Warehouse2.Moved("sku", [1, 2, 3])), _limit.Token);
        Assert.Equal(["sku 6"], _journal.Take());
    }

    [Fact]
    public async Task StateIsPerAttempt()
    {
        Assert.Equal(1, await Publisher.CallAsync(HasState.Call(), _limit.Token));
        Assert.Equal(1, await Publisher.CallAsync(HasState.Call(), _limit.Token));
    }

    [Fact]
    public async Task ServicesAndKeywords()
        => Assert.Equal("Hello AdanoneSunday", await Publisher.CallAsync(Greet.Call("Ada", day: DayOfWeek.Sunday), _limit.Token));

    [Fact]
    public async Task ContextAndTokenAreNotPartOfTheMessage() => Assert.True(await Publisher.CallAsync(SeesItsContext.Call(1), _limit.Token));

    [Fact]
    public async Task DisposedOnceTheWorkIsDone()
    {
        Assert.Equal(4, await Publisher.CallAsync(DisposedAfterSynchronousWork.Call(4), _limit.Token));
        Assert.Equal(["run 4", "disposed"], _journal.Take());
    }

    [Fact]
    public async Task DisposedAsynchronouslyWhenTheWorkFails()
    {
        await Assert.ThrowsAnyAsync<HighPerfException>(async () => await Publisher.CallAsync(DisposedAfterFailure.Call(), _limit.Token));
        Assert.Equal(["run", "disposed"], _journal.Take());
    }

    [Fact]
    public async Task ATaskOfAnotherAssembly() => Assert.Equal(8, await Publisher.CallAsync(CountStock.Call("sku"), _limit.Token));

    [Fact]
    public async Task AStepTakesTheResultBeforeIt()
        => Assert.Equal(8, await Publisher.CallAsync(ReturnsTaskOfValue.Call("ab", true).Then(CountStock.Step()), _limit.Token));

    private Publisher Publisher => _app.Publisher;

    private sealed class Greeter : IGreeter
    {
        public string Greet(string name) => "Hello " + name;
    }
}
