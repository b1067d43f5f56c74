using HighPerf.TestKit;

namespace HighPerf.Evolution.Tests;

/// <summary>Publishers and workers of different versions on one queue.</summary>
public sealed class QueueTests
{
    [Theory]
    [InlineData(1, 1, "bill 9.5 Ada")]
    [InlineData(1, 2, "bill 9.5 Ada - 0")]
    [InlineData(1, 3, "bill 9.5 Ada")]
    [InlineData(2, 1, "bill 9.5 Ada")]
    [InlineData(2, 2, "bill 9.5 Ada gift 3")]
    [InlineData(2, 3, "bill 9.5 Ada")]
    [InlineData(3, 1, "parked")]
    [InlineData(3, 2, "parked")]
    [InlineData(3, 3, "bill 9.5 Ada")]
    public Task An_event(int publisher, int worker, string expected) => PairAsync(publisher, worker, Shop.OrderAsync, expected);

    [Theory]
    [InlineData(1, 1, "ship 2")]
    [InlineData(1, 2, "ship 2 express")]
    [InlineData(1, 3, "ship parcel 1+parcel 2")]
    [InlineData(2, 1, "ship 2")]
    [InlineData(2, 2, "ship 2 express")]
    [InlineData(2, 3, "ship parcel 1+parcel 2")]
    [InlineData(3, 1, "parked")]
    [InlineData(3, 2, "parked")]
    [InlineData(3, 3, "ship a+b")]
    public Task A_command(int publisher, int worker, string expected) => PairAsync(publisher, worker, Shop.ShipAsync, expected);

    [Theory]
    [InlineData(1, 1, "visit Main Street, Bonn at 10")]
    [InlineData(1, 2, "visit Main Street, Bonn, - at 10")]
    [InlineData(1, 3, "visit Main Street, Bonn, - at 10")]
    [InlineData(2, 1, "parked")]
    [InlineData(2, 2, "visit Main Street, Bonn, DE at 10")]
    [InlineData(2, 3, "visit Main Street, Bonn, DE at 10")]
    [InlineData(3, 1, "parked")]
    public Task A_contract_within_another(int publisher, int worker, string expected) => PairAsync(publisher, worker, Shop.VisitAsync, expected);

    [Theory]
    [InlineData(1, 1, "stock 4 A7")]
    [InlineData(1, 2, "stock - 4 A7 -")]
    [InlineData(1, 3, "stock - - 0")]
    [InlineData(2, 1, "stock 4 A7")]
    [InlineData(2, 2, "stock tea 4 A7 Bonn")]
    [InlineData(2, 3, "stock tea Bonn 0")]
    [InlineData(3, 1, "stock 0 -")]
    [InlineData(3, 2, "stock tea 0 - Bonn")]
    [InlineData(3, 3, "stock tea Bonn 1.5")]
    public Task A_version_tolerant_event(int publisher, int worker, string expected) => PairAsync(publisher, worker, Shop.StockAsync, expected);

    [Fact]
    public async Task A_former_name_is_still_received()
    {
        await using var shop = new Shop();
        var id = Guid.NewGuid();
        var first = await shop.StartAsync(1);
        await shop.StartAsync(2, "default");
        await first.Publisher.SendAsync(global::Evolution.V1.Rate.Call(id, global::Evolution.V1.Stars.Two));
        Assert.Equal("judge 2", await shop.OutcomeAsync(id));
    }

    /// <summary>A rolling deployment: what the old workers cannot read they park, and the new ones take it from there. Nothing is lost, and nothing is done twice.</summary>
    [Fact]
    public async Task Both_versions_at_once_do_everything_once()
    {
        await using var shop = new Shop();
        var first = await shop.StartAsync(1, "default");
        var second = await shop.StartAsync(2, "default", "default.parked");
        var ids = new List<Guid>();
        for (var i = 0; i < 100; i++)
        {
            foreach (var publish in (Func<HighPerfApplication, int, Guid, ValueTask>[])[Shop.OrderAsync, Shop.ShipAsync, Shop.VisitAsync, Shop.StockAsync])
            {
                ids.AddRange([Guid.NewGuid(), Guid.NewGuid()]);
                await publish(first, 1, ids[^2]);
                await publish(second, 2, ids[^1]);
            }
        }

        await Wait.UntilAsync(() => ids.TrueForAll(static id => Shop.ReceivedFor(id).Count > 0));
        Assert.All(ids, static id => Assert.Single(Shop.ReceivedFor(id)));
        Assert.Equal(0, await shop.ParkedAsync());
        Assert.Empty(await shop.Broker.BrowseDeadLettersAsync("default", 10, CancellationToken.None));
    }

    [Fact]
    public async Task What_was_parked_waits_for_a_worker_that_reads_it()
    {
        await using var shop = new Shop();
        var third = await shop.StartAsync(3);
        await shop.StartAsync(1, "default");
        var id = Guid.NewGuid();
        await Shop.OrderAsync(third, 3, id);
        Assert.Equal("parked", await shop.OutcomeAsync(id));
        await shop.StartAsync(3, "default", "default.parked");
        await Wait.UntilAsync(() => Shop.ReceivedFor(id).Count > 0);
        Assert.Equal(["bill 9.5 Ada"], Shop.ReceivedFor(id));
    }

    private static async Task PairAsync(int publisher, int worker, Func<HighPerfApplication, int, Guid, ValueTask> publish, string expected)
    {
        await using var shop = new Shop();
        var application = await shop.StartAsync(publisher);
        await shop.StartAsync(worker, "default");
        var id = Guid.NewGuid();
        await publish(application, publisher, id);
        Assert.Equal(expected, await shop.OutcomeAsync(id));
        Assert.Equal(expected == "parked" ? 1 : 0, await shop.ParkedAsync());
        Assert.Empty(await shop.Broker.BrowseDeadLettersAsync("default", 10, CancellationToken.None));
    }
}
