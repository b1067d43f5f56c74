namespace HighPerf.Samples.FlightDelays;

/// <summary>The command line.</summary>
internal sealed record JobOptions(string Input, string Output, string Airports, bool Resume, bool Help)
{
    public const string Usage = """
        Flight delays: reads one CSV file a day and reports airports, days and rejected rows.

        FlightDelays [--input DIR] [--output DIR] [--airports FILE] [--resume]

          --input DIR      directory with *.csv (default: data/flights beside the program)
          --output DIR     replaced at each run (default: out/flight-delays)
          --airports FILE  airports.csv (default: data/airports.csv beside the program)
          --resume         go on with what an interrupted run has left in the output directory
          --help           this text
        """;

    public static JobOptions Parse(string[] arguments)
    {
        var options = new JobOptions(
            Path.Combine(AppContext.BaseDirectory, "data", "flights"),
            Path.Combine("out", "flight-delays"),
            Path.Combine(AppContext.BaseDirectory, "data", "airports.csv"),
            Resume: false,
            Help: false);
        for (var i = 0; i < arguments.Length; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            options = name switch
            {
                "--input" => options with { Input = Value() },
                "--output" => options with { Output = Value() },
                "--airports" => options with { Airports = Value() },
                "--resume" when value is null => options with { Resume = true },
                "--help" or "-h" when value is null => options with { Help = true },
                _ => throw new JobException($"'{arguments[i]}' is not an option.\n\n{Usage}", ExitCodes.Usage),
            };

            string Value()
            {
                var given = value ?? (i + 1 < arguments.Length && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal) ? arguments[++i] : null);
                return string.IsNullOrWhiteSpace(given) ? throw new JobException($"{name} needs a value.\n\n{Usage}", ExitCodes.Usage) : given;
            }
        }

        return options with { Input = Path.GetFullPath(options.Input), Output = Path.GetFullPath(options.Output), Airports = Path.GetFullPath(options.Airports) };
    }
}
