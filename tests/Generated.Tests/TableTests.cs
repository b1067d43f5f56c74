using HighPerf.Messages;
using Warehouse.Stock;
using Xunit;

namespace HighPerf.Generated.Tests;

/// <summary>The dispatch table of this assembly and of the library that it references.</summary>
public sealed class TableTests
{
    private static readonly DispatchTable Table = HighPerf_Generated_TestsDispatchTable.Instance;

    [Fact]
    public void BothTablesAreRegisteredOnce()
        => Assert.Equal(["HighPerf.Generated.Library", "HighPerf.Generated.Tests"], DispatchTables.All.Select(t => t.AssemblyName).Order(StringComparer.Ordinal));

    [Fact]
    public void FindsEveryTaskByItsNamesHash()
    {
        Assert.True(Table.Handlers.Length > 5);
        for (var i = 0; i < Table.Handlers.Length; i++)
        {
            Assert.Equal(i, Table.Find(Table.Handlers[i].Descriptor.Message.Hash));
        }
    }

    [Fact]
    public void FindsAliases()
    {
        Assert.Equal(Table.Find(WireHash.Of("tests.add")), Table.Find(WireHash.Of("tests.plus")));
        Assert.True(Table.Find(WireHash.Of("tests.plus")) >= 0);
        Assert.Equal(-1, Table.Find(WireHash.Of("tests.minus")));
    }

    [Fact]
    public void HandlersAndCallsShareTheDescriptor()
        => Assert.Same(Codec.Task(Add.Call(1, 2)), Table.Handlers[Table.Find(WireHash.Of("tests.add"))].Descriptor);

    [Fact]
    public void MessagesAreListed()
    {
        var names = Table.Messages.ToArray().Select(m => m.Name).ToList();
        Assert.Contains("everything", names);
        Assert.Contains("HighPerf.Generated.Tests.Outer.Middle.Inner", names);
        Assert.Contains("record", names);
    }

    [Fact]
    public void SubscriptionsNameMessagesOfOtherAssemblies()
    {
        var subscriptions = Table.Subscriptions.ToArray();
        Assert.Equal(5, subscriptions.Length);
        var restock = subscriptions.Single(s => s.Message.Name == "warehouse.stock-changed");
        Assert.Same(Codec.Descriptor<StockChanged>(), restock.Message);
        Assert.Same(Codec.Descriptor<Restock>(), restock.Task.Message);
        var former = subscriptions.Single(s => s.Message.Name == "warehouse.changed");
        Assert.Same(restock.Task, former.Task);
        Assert.Equal((MessageKind.Event, restock.Message.Fingerprint), (former.Message.Kind, former.Message.Fingerprint));
    }

    [Fact]
    public void FingerprintsFollowTheMembers()
    {
        var all = Table.Messages.ToArray().Concat(Table.Handlers.ToArray().Select(h => h.Descriptor.Message)).Select(m => m.Fingerprint).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.DoesNotContain(0UL, all);
    }
}
