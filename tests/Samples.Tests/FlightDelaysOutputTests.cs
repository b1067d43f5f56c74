namespace HighPerf.Samples.Tests;

public sealed class FlightDelaysOutputTests : FlightDelaysTestBase
{
    [Fact]
    public async Task A_run_replaces_its_own_files_and_no_others()
    {
        var output = Temp["precious"];
        Directory.CreateDirectory(output);
        File.WriteAllText(Path.Combine(output, "thesis.doc"), "years");
        File.WriteAllText(Path.Combine(output, "rejected.jsonl"), "stale");
        Directory.CreateDirectory(Path.Combine(output, ".work"));
        var result = await FlightDelaysProgram.RunAsync(Temp.Path, "--output", output);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("years", File.ReadAllText(Path.Combine(output, "thesis.doc")));
        Assert.True(Directory.Exists(Path.Combine(output, ".work")));
        ReportReader.AssertEqual(IndependentComputation.Of(FlightDelaysProgram.Flights, FlightDelaysProgram.Airports), output);
    }

    [Fact]
    public async Task A_directory_where_a_report_has_to_go_is_left_alone()
    {
        var precious = Temp["precious"];
        Directory.CreateDirectory(Path.Combine(precious, "airports.jsonl"));
        File.WriteAllText(Path.Combine(precious, "airports.jsonl", "thesis.doc"), "years");
        await RefusedAsync(73, "'airports.jsonl'", "--output", precious);
        Assert.Equal("years", File.ReadAllText(Path.Combine(precious, "airports.jsonl", "thesis.doc")));
    }

    [Fact]
    public async Task A_run_replaces_the_output_of_the_one_before()
    {
        Write("2001-02-01.csv", "2001-02-01 10:00,5,100,AAA,BBB\n");
        await RunAsync();
        File.WriteAllText(Path.Combine(Output, "left over"), "x");
        File.Delete(Path.Combine(Input, "2001-02-01.csv"));
        Write("2001-02-02.csv", "2001-02-02 10:00,5,100,AAA,BBB\n");
        Assert.Equal(0, (await RunAsync()).ExitCode);
        Assert.False(File.Exists(Path.Combine(Output, "left over")));
        ReportReader.AssertEqual(IndependentComputation.Of(Input, FlightDelaysProgram.Airports), Output);
    }

    [Fact]
    public async Task A_run_does_not_empty_the_directory_of_its_input()
    {
        Assert.Equal(0, (await RunAsync()).ExitCode);
        var input = Directory.CreateDirectory(Path.Combine(Output, "in")).FullName;
        await RefusedAsync(73, "holds", "--output", Output, "--input", input);

        var airports = Path.Combine(Output, "names.csv");
        File.Copy(FlightDelaysProgram.Airports, airports);
        await RefusedAsync(73, "holds", "--output", Output, "--airports", airports);
        Assert.True(Directory.Exists(input));
        Assert.True(File.Exists(airports));
    }

    [Fact]
    public async Task One_run_at_a_time_writes_to_a_directory()
    {
        Write("2001-02-01.csv", "2001-02-01 10:00,5,100,AAA,BBB\n");
        Assert.Equal(0, (await RunAsync()).ExitCode);
        var airports = Path.Combine(Output, "airports.jsonl");
        var before = File.GetLastWriteTimeUtc(airports);
        await using (File.Open(Path.Combine(Output, ".flight-delays", "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await RefusedAsync(73, "Another run", "--input", Input, "--output", Output);
            await RefusedAsync(73, "Another run", "--input", Input, "--output", Output, "--resume");
        }

        Assert.Equal(before, File.GetLastWriteTimeUtc(airports));
        Assert.Equal(0, (await RunAsync("--resume")).ExitCode);
    }

    [Fact]
    public async Task Resuming_without_the_work_of_the_run_before_starts_from_the_beginning()
    {
        Write("2001-02-01.csv", "2001-02-01 10:00,5,100,AAA,BBB\n");
        var expected = IndependentComputation.Of(Input, FlightDelaysProgram.Airports);
        Assert.Equal(0, (await RunAsync()).ExitCode);

        // The checkpoint that is left says that everything is done.
        foreach (var file in Directory.GetFiles(Path.Combine(Output, ".flight-delays", "work"), "days.jsonl*"))
        {
            File.Delete(file);
        }

        var resumed = await RunAsync("--resume");
        Assert.Contains("starting from the beginning", resumed.Output);
        ReportReader.AssertEqual(expected, Output);

        File.WriteAllText(Path.Combine(Output, ".flight-delays", "work", "input.json"), "{");
        resumed = await RunAsync("--resume");
        Assert.Contains("starting from the beginning", resumed.Output);
        ReportReader.AssertEqual(expected, Output);
    }
}
