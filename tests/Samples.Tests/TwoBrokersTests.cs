namespace HighPerf.Samples.Tests;

public sealed class TwoBrokersTests
{
    private static string Dll => FlightDelaysProgram.Dll.Replace("FlightDelays", "TwoBrokers", StringComparison.Ordinal);

    [Fact]
    public async Task A_task_moves_from_one_broker_to_another_and_nothing_is_lost()
    {
        var result = await FlightDelaysProgram.FinishAsync(FlightDelaysProgram.StartProgram("dotnet", Path.GetTempPath(), Dll));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.EndsWith("By the new broker: 2000 orders sent, 2000 shipped, none lost.\n", result.Output);
    }

    [Fact]
    public async Task What_cannot_be_a_broker_is_refused()
    {
        var result = await FlightDelaysProgram.FinishAsync(FlightDelaysProgram.StartProgram("dotnet", Path.GetTempPath(), Dll, "http://user:secret@nowhere", "redis://127.0.0.1"));
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("no broker that is known here", result.Error);
        Assert.DoesNotContain("secret", result.Error);
    }
}
