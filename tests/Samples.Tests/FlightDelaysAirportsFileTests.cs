namespace HighPerf.Samples.Tests;

public sealed class FlightDelaysAirportsFileTests : FlightDelaysTestBase
{
    private string Airports => Temp["airports.csv"];

    [Fact]
    public async Task Quotes_columns_in_any_place_and_short_rows_are_read()
    {
        Write("2001-02-01.csv", string.Concat(((string[])["AAA", "BBB", "CCC", "DDD"]).Select(code => $"2001-02-01 10:00,5,100,{code},BBB\n")));
        File.WriteAllText(Airports, "\uFEFFstate,iata,name,city\r\n\"S, 1\",AAA,\"The \"\"A\"\"\",\"two\nlines\"\r\n,BBB,,\r\nS3,CCC,\"Gamma, only\"\r\nS4,AAA,again,\r\n\r\n");
        var result = await RunAsync("--airports", Airports);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            [
                """{"iata":"AAA","name":"The \"A\"","city":"two\nlines","state":"S, 1",""",
                """{"iata":"BBB","name":"","city":"","state":"",""",
                """{"iata":"CCC","name":"Gamma, only","city":null,"state":"S3",""",
                """{"iata":"DDD","name":null,"city":null,"state":null,""",
            ],
            File.ReadLines(Path.Combine(Output, "airports.jsonl")).Select(line => line[..line.IndexOf("\"flights\"", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task A_file_without_the_columns_is_refused_before_anything_is_done()
    {
        Write("2001-02-01.csv", "2001-02-01 10:00,5,100,AAA,BBB\n");
        File.WriteAllText(Airports, "iata,name,city\nAAA,Alpha,A-Town\n");
        await RefusedAsync(66, "no column 'state'", "--input", Input, "--output", Output, "--airports", Airports);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public async Task An_empty_file_is_said_and_gives_no_names()
    {
        Write("2001-02-01.csv", "2001-02-01 10:00,5,100,JFK,BBB\n");
        File.WriteAllText(Airports, "");
        var result = await RunAsync("--airports", Airports);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("has no airport", result.Error);
        Assert.Contains("\"name\":null", File.ReadAllText(Path.Combine(Output, "airports.jsonl")));
    }
}
