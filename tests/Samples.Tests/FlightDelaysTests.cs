namespace HighPerf.Samples.Tests;

public sealed class FlightDelaysTests : FlightDelaysTestBase
{
    [Fact]
    public async Task The_real_data_with_no_option_gives_what_the_independent_computation_gives()
    {
        var result = await FlightDelaysProgram.RunAsync(Temp.Path);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Empty(result.Error);
        ReportReader.AssertEqual(IndependentComputation.Of(FlightDelaysProgram.Flights, FlightDelaysProgram.Airports), Temp["out/flight-delays"]);
        Assert.Contains("90 days, 20000 flights", result.Output);
        Assert.Contains("JFK", result.Output);
        Assert.DoesNotContain("\r", result.Output);

        var first = Temp["first"];
        Directory.Move(Temp["out/flight-delays"], first);
        await FlightDelaysProgram.RunAsync(Temp.Path, "--output=out/flight-delays");
        ReportReader.AssertSameBytes(first, Temp["out/flight-delays"], "a second run");
    }

    [Fact]
    public async Task Dirty_data_gives_what_the_independent_computation_gives()
    {
        const string Header = "date,delay,distance,origin,destination\n";
        const string Good = "2001-02-01 10:00,5,100,AAA,BBB";
        var bad = new (string Row, string Reason)[]
        {
            ("", "1 columns"),
            ("2001-02-01 10:00,5,100,AAA", "4 columns"),
            (Good + ",", "6 columns"),
            (Good + ",x", "6 columns"),
            ("2001-02-01 10:00,,100,AAA,BBB", "delay"),
            ("2001-02-01 10:00,x,100,AAA,BBB", "delay"),
            ("2001-02-01 10:00,1.5,100,AAA,BBB", "delay"),
            ("2001-02-01 10:00,99999999999,100,AAA,BBB", "delay"),
            ("2001-02-01 10:00,5,far,AAA,BBB", "distance"),
            ("2001-02-01 10:00,5,,AAA,BBB", "distance"),
            ("2001-02-01 10:00,5,100,AA,BBB", "origin"),
            ("2001-02-01 10:00,5,100,AAAA,BBB", "origin"),
            ("2001-02-01 10:00,5,100,,BBB", "origin"),
            ("2001-02-01 10:00,5,100,AAA,B", "destination"),
            ("2001-02-01 10:00,5,100,AAA,BBBBBBBBBBBBBBBBB", "destination"),
            ("2001-02-30 10:00,5,100,AAA,BBB", "date"),
            ("2001-02-01 24:00,5,100,AAA,BBB", "date"),
            ("2001-02-01,5,100,AAA,BBB", "date"),
            ("2001-2-01 10:00,5,100,AAA,BBB", "date"),
            ("0000-01-01 10:00,5,100,AAA,BBB", "date"),
            ("2001/02/01 10:00,5,100,AAA,BBB", "date"),
            (",5,100,AAA,BBB", "date"),
            ("date,delay,distance,origin,destination", "date"),
        };
        Write("2001-02-01.csv", Header + string.Concat(bad.Select(b => $"{b.Row}\n{Good}\n")));
        Write("2001-02-02.csv", Header.Replace("\n", "\r\n") + Good + "\r\n\r\n2001-02-02 00:00,-7,1,ÄÖÜ,AAA\r\n2001-02-02 00:00,9,1,AAA,CCC");
        Write("2001-02-03.csv", "");
        Write("2001-02-04.csv", Header);
        Write("2001-02-05.csv", "\uFEFF" + Header + Good + "\n");
        Write("2001-02-06.csv", Good + "\n" + Good);
        Write("2001-02-07.csv", "\n");
        Write("2001-02-08.csv", Header + "all,of,it,is,bad\nand,this\n");
        Write("2001-02-09.csv", Header + string.Concat(Enumerable.Range(0, 5).Select(i => $"2001-02-09 10:0{i},{i},9,ZZZ,{(i % 2 == 0 ? "QQQ" : "PPP")}\n2001-02-09 10:0{i},{4 - i},9,YYY,X\"Y\n2001-02-09 10:0{i},-1,9,OOO,<&>\n")));
        Write("2001-02-10.csv", Header + "2001-02-10 10:00,0,9,NEG,AAA\n2001-02-10 10:00,-1,9,NEG,AAA\n" + string.Concat(Enumerable.Repeat("2001-02-10 10:00,0,9,NEG,AAA\n", 398)));
        Write("2001-02-12.csv", Header + "bad\nbad\n" + Good + "\nbad\n" + Good + ",x\nbad\nbad\nbad");
        Write("no date at all.csv", Header + Good + "\n");
        Write("2001-02-11.txt", Header + Good + "\n");
        Directory.CreateDirectory(Path.Combine(Input, "directory.csv"));
        File.WriteAllText(Temp["airports.csv"], "iata,name,city,state,country,latitude,longitude\nAAA,\"Alpha, \"\"the first\"\" & only\",Ä-Town,AA,USA,1,2\nZZZ,Zulu,,ZZ,USA,1,2\n");

        var result = await RunAsync("--airports", Temp["airports.csv"]);
        Assert.True(result.ExitCode == 0, result.Error);
        ReportReader.AssertEqual(IndependentComputation.Of(Input, Temp["airports.csv"]), Output);
        var reasons = ReportReader.Reasons(Output);
        for (var i = 0; i < bad.Length; i++)
        {
            Assert.StartsWith(bad[i].Reason, reasons[("2001-02-01.csv", 2 + (2 * i))]);
        }

        Assert.Contains("2001-02-03", result.Output);
        Assert.Contains("Alpha, \\\"the first\\\" & only", await File.ReadAllTextAsync(Path.Combine(Output, "airports.jsonl")));
        Assert.DoesNotContain("-0,", await File.ReadAllTextAsync(Path.Combine(Output, "days.jsonl")));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_said_and_left_out_and_resume_reads_it_later()
    {
        foreach (var file in Directory.GetFiles(FlightDelaysProgram.Flights).Take(5))
        {
            File.Copy(file, Path.Combine(Input, Path.GetFileName(file)));
        }

        var locked = Directory.GetFiles(Input).Order().Skip(2).First();
        await using (var holder = new FileStream(locked, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var result = await RunAsync();
            Assert.True(result.ExitCode == 0, result.Error);
            Assert.Contains(locked, result.Error);
            Assert.Contains("4 of 5 files", result.Output);
        }

        ReportReader.AssertEqual(IndependentComputation.Of(Input, FlightDelaysProgram.Airports, f => f != locked), Output);
        var again = await RunAsync("--resume");
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains("4 files were done before", again.Output);
        ReportReader.AssertEqual(IndependentComputation.Of(Input, FlightDelaysProgram.Airports), Output);
    }

    [Fact]
    public async Task Links_to_files_count_as_files_and_a_link_to_nothing_is_said()
    {
        foreach (var file in Directory.GetFiles(FlightDelaysProgram.Flights).Take(3))
        {
            File.CreateSymbolicLink(Path.Combine(Input, Path.GetFileName(file)), file);
        }

        var expected = IndependentComputation.Of(Input, FlightDelaysProgram.Airports);
        File.CreateSymbolicLink(Path.Combine(Input, "2001-12-31.csv"), Temp["nothing"]);
        var result = await RunAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("2001-12-31.csv", result.Error);
        ReportReader.AssertEqual(expected, Output);
        Assert.Equal(0, (await RunAsync("--resume")).ExitCode);
        ReportReader.AssertEqual(expected, Output);
    }

    [Fact]
    public async Task Resuming_over_a_changed_input_starts_from_the_beginning_and_takes_new_files_otherwise()
    {
        var files = Directory.GetFiles(FlightDelaysProgram.Flights).Order().Take(4).ToList();
        files.Take(3).ToList().ForEach(f => File.Copy(f, Path.Combine(Input, Path.GetFileName(f))));
        Assert.Equal(0, (await RunAsync()).ExitCode);

        File.Copy(files[3], Path.Combine(Input, Path.GetFileName(files[3])));
        var more = await RunAsync("--resume");
        Assert.Contains("3 files were done before", more.Output);
        ReportReader.AssertEqual(IndependentComputation.Of(Input, FlightDelaysProgram.Airports), Output);

        File.AppendAllText(Path.Combine(Input, Path.GetFileName(files[0])), "2001-01-01 10:00,500,100,AAA,BBB\n");
        var changed = await RunAsync("--resume");
        Assert.Contains("starting from the beginning", changed.Output);
        ReportReader.AssertEqual(IndependentComputation.Of(Input, FlightDelaysProgram.Airports), Output);
    }

    [Fact]
    public async Task Mistakes_have_a_message_and_an_exit_code()
    {
        await RefusedAsync(66, "does not exist", "--input", Temp["nowhere"]);
        await RefusedAsync(66, "does not exist", "--airports", Temp["nowhere.csv"]);
        await RefusedAsync(64, "--frobnicate", "--frobnicate");
        await RefusedAsync(64, "--input needs a value", "--input");
        await RefusedAsync(64, "--output needs a value", "--output", "--resume");

        Directory.CreateDirectory(Temp["precious"]);
        File.WriteAllText(Temp["precious/thesis.doc"], "years");
        await RefusedAsync(73, "is a file", "--output", Temp["precious/thesis.doc"]);
        await RefusedAsync(73, "cannot be used", "--output", Temp["precious/thesis.doc/below"]);

        var help = await FlightDelaysProgram.RunAsync(Temp.Path, "--help");
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Assert.Contains("--resume", help.Output);
    }

    [Fact]
    public async Task An_empty_input_directory_is_said_and_gives_three_empty_files()
    {
        var result = await RunAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("no *.csv file", result.Error);
        Assert.All(ReportReader.Files, f => Assert.Equal(0, new FileInfo(Path.Combine(Output, f)).Length));
    }
}
