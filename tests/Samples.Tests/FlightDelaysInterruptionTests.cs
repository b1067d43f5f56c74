using System.Globalization;

namespace HighPerf.Samples.Tests;

public sealed class FlightDelaysInterruptionTests : FlightDelaysTestBase
{
    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_the_job_and_resume_goes_on(string signal, int exitCode)
    {
        var input = Temp.Multiply("many", 20);
        var process = FlightDelaysProgram.Start(Temp.Path, "--input", input, "--output", Output);
        var id = process.Id.ToString(CultureInfo.InvariantCulture);
        var finished = FlightDelaysProgram.FinishAsync(process);
        var index = Path.Combine(Output, ".flight-delays", "work", "days.jsonl.ids");
        while (!finished.IsCompleted && !(File.Exists(index) && new FileInfo(index).Length > 100))
        {
            await Task.Delay(1);
        }

        await FlightDelaysProgram.FinishAsync(FlightDelaysProgram.StartProgram("kill", Temp.Path, "-" + signal, id));
        var result = await finished;
        Assert.Equal((exitCode, "Interrupted; go on with --resume.\n"), (result.ExitCode, result.Error));

        var resumed = await FlightDelaysProgram.RunAsync(Temp.Path, "--input", input, "--output", Output, "--resume");
        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        Assert.Contains("files were done before", resumed.Output);
        ReportReader.AssertEqual(IndependentComputation.Of(input, FlightDelaysProgram.Airports), Output);
    }
}
