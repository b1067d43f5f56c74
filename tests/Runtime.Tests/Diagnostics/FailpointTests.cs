using HighPerf.Diagnostics;

namespace HighPerf.Tests.Diagnostics;

/// <summary>How failpoints are set; what they do to a process is seen in processes of their own.</summary>
public sealed class FailpointTests
{
    [Fact]
    public void NothingIsSetInThisProcess()
    {
        Assert.Null(Failpoint.Error);
        Assert.Null(Failpoint.Description);
        Failpoint.Pass(Failpoint.BeforeAck);
    }

    [Fact]
    public void TheVariableSaysNameTimeAndAction()
    {
        var (plans, error) = Failpoint.Read("before-ack:3:kill, after-result:1:delay=200,after-run:2:throw");
        Assert.Null(error);
        Assert.Equal(3, plans!.Count);
        Assert.Equal((FailpointAction.Kill, 3), (plans[Failpoint.BeforeAck].Action, plans[Failpoint.BeforeAck].Nth));
        Assert.Equal((FailpointAction.Delay, 200), (plans[Failpoint.AfterResult].Action, plans[Failpoint.AfterResult].Delay));
        Assert.Equal([false, true, false], Enumerable.Range(0, 3).Select(_ => plans[Failpoint.AfterRun].IsDue()));
    }

    [Theory]
    [InlineData("before-ack")]
    [InlineData("before-ack:0:kill")]
    [InlineData("before-ack:1:explode")]
    [InlineData("before-ack:1:delay=")]
    [InlineData("nowhere:1:kill")]
    [InlineData("before-ack:1:kill,x")]
    public void WhatIsNoFailpointIsNamed(string text)
    {
        var (plans, error) = Failpoint.Read(text);
        Assert.Null(plans);
        Assert.Contains("is no failpoint. Write name:nth:kill", error, StringComparison.Ordinal);
        Assert.Contains("before-ack", error, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryPointHasAName()
    {
        var constants = typeof(Failpoint).GetFields().Where(static field => field.IsLiteral && field.Name != nameof(Failpoint.Variable)).ToList();
        Assert.Equal(constants.Select(static field => (string)field.GetRawConstantValue()!).Order(), Failpoint.Names.Order());
    }
}
