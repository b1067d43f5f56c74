using Warehouse.Stock;
using Xunit;

namespace HighPerf.Generated.Tests;

/// <summary>Call, Step, Arguments and descriptors of tasks.</summary>
public sealed class TaskTests
{
    [Fact]
    public void DescriptorHasTheAttributesValues()
    {
        var task = Codec.Task(Add.Call(1, 2));
        Assert.Equal("tests.add", task.Name);
        Assert.Equal(MessageKind.Command, task.Message.Kind);
        Assert.Equal(3, task.ArgumentCount);
        Assert.True(task.HasResult);
        Assert.Equal(3, task.MaxAttempts);
        Assert.Equal(TimeSpan.FromSeconds(5), task.Timeout);
        Assert.Equal(TimeSpan.FromMinutes(1), task.HardTimeout);
        Assert.Equal("math", task.Queue);
        Assert.Equal(SlotKind.Cpu, task.Slot);
        Assert.Equal(MessagePriority.Low, task.Priority);
        Assert.Same(task.Message, Codec.Descriptor<Add>());
    }

    [Fact]
    public void DefaultsOfTheAttribute()
    {
        var task = Codec.Task(Nothing.Call());
        Assert.Equal("HighPerf.Generated.Tests.Nothing", task.Name);
        Assert.Equal((0, false, 0, null, null), (task.ArgumentCount, task.HasResult, task.MaxAttempts, task.Timeout, task.Queue));
        Assert.Equal((SlotKind.Io, MessagePriority.Normal), (task.Slot, task.Priority));
    }

    [Fact]
    public void FixedArgumentsAreOneRun()
        => Assert.Equal("03" + "01000000" + "0200000000000000" + "07", Convert.ToHexString(Codec.Encode(Add.Call(1, 2))));

    [Fact]
    public void NoArgumentsAreAnEmptyObject() => Assert.Equal("00", Convert.ToHexString(Codec.Encode(Nothing.Call())));

    [Fact]
    public void ArgumentsAreReadBack()
    {
        var reader = new MessageReader(Codec.Encode(Greet.Call("Ada", day: DayOfWeek.Monday)));
        var arguments = Greet.HighPerfGenerated.ReadArguments(ref reader);
        Assert.Equal(("Ada", "none", DayOfWeek.Monday), (arguments.name, arguments.@class, arguments.day));
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void MissingArgumentsHaveTheirDefaultValues()
    {
        var reader = new MessageReader(Convert.FromHexString("01" + "FEFFFFFF0100000078"));
        var arguments = Greet.HighPerfGenerated.ReadArguments(ref reader);
        Assert.Equal(("x", "none", DayOfWeek.Friday), (arguments.name, arguments.@class, arguments.day));
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("04")]
    [InlineData("")]
    [InlineData("03010000")]
    public void WrongArgumentsAreRefused(string hex)
        => Assert.Throws<MessageFormatException>(() =>
        {
            var reader = new MessageReader(Convert.FromHexString(hex));
            Add.HighPerfGenerated.ReadArguments(ref reader);
        });

    [Fact]
    public void CallsAreTyped()
    {
        TaskCall<Greet.Arguments, string?> greet = Greet.Call("a");
        TaskCall<Nothing.Arguments, None> nothing = Nothing.Call();
        TaskStep<int, int> add = Add.Step(2, 3);
        TaskStep<string, string?> step = Greet.Step();
        TaskStep<StockChanged, None> restock = Restock.Step();
        Assert.NotNull(add);
        Assert.NotNull(step);
        Assert.NotNull(restock);
        Assert.Equal("a", greet.Arguments.name);
        Assert.Null(nothing.Options);
        Assert.Null(typeof(Nothing).GetMethod("Step"));
    }

    [Fact]
    public void ResultIsRead()
    {
        var reader = new MessageReader([5, 0, 0, 0]);
        Assert.Equal(5, Add.HighPerfGenerated.ReadResult(ref reader));
        reader = new MessageReader([255, 255, 255, 255]);
        Assert.Null(Greet.HighPerfGenerated.ReadResult(ref reader));
        reader = new MessageReader([]);
        Assert.Equal(default, Nothing.HighPerfGenerated.ReadResult(ref reader));
    }

    [Fact]
    public void ASubscribersBodyIsTheHeaderAndTheEvent()
    {
        var changed = new StockChanged("a-1", -3);
        Assert.Equal([1, .. Codec.Write(changed)], Codec.Encode(Restock.Call(changed)));
        var point = new Point(1, 2);
        Assert.Equal([1, .. Codec.Write<Point>(point)], Codec.Encode(TrackPoint.Call(point)));
    }

    [Fact]
    public void NestedTypesOfOtherAssemblies()
    {
        var values = new Dictionary<string, List<int[]?>> { ["a"] = [[1, 2], null, []], ["b"] = [] };
        var call = Collect.Call(values, new Spot(1, 2, true), new Shelf { Code = "s", History = [new StockChanged("x", 1)] });
        var reader = new MessageReader(Codec.Encode(call));
        var read = Collect.HighPerfGenerated.ReadArguments(ref reader);
        Assert.Equal(values, read.values);
        Assert.Equal(new Spot(1, 2, true), read.spot);
        Assert.Equal([new StockChanged("x", 1)], read.shelf!.History!);
    }

    [Fact]
    public void KeywordsAndTheGlobalNamespace()
    {
        Assert.Equal("event", Codec.Descriptor<@event>().Name);
        var reader = new MessageReader(Codec.Encode(@event.Call(1)));
        var arguments = @event.HighPerfGenerated.ReadArguments(ref reader);
        Assert.Equal((1, null, double.NaN), (arguments.@int, arguments.@namespace, arguments.@double));
        Assert.Equal(new @record(1, "s"), Codec.RoundTrip(new @record(1, "s")));
    }

    [Fact]
    public void NestedDeclarations()
    {
        Assert.Equal("HighPerf.Generated.Tests.Outer.Middle.Deep", Codec.Descriptor<Outer.Middle.Deep>().Name);
        Assert.Equal(7, Codec.RoundTrip(new Outer.Middle.Inner(7))!.Number);
        Assert.Equal("0107000000", Convert.ToHexString(Codec.Write(new Outer.Middle.Inner(7))));
    }
}
