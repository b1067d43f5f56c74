using System.Globalization;

namespace HighPerf.Samples.FlightDelays;

/// <summary>The command line.</summary>
internal sealed record JobOptions(string Input, string Output, string Airports, bool Resume, bool Help)
{
    /// <summary>First argument of a worker process.</summary>
    public const string WorkVerb = "work";

    /// <summary>The environment variable that says --broker where no argument does.</summary>
    public const string BrokerVariable = "FLIGHT_DELAYS_BROKER";

    private const int DefaultWorkers = 2;

    public const string Usage = """
        Flight delays: reads one CSV file a day and reports airports, days and rejected rows.

        FlightDelays [--input DIR] [--output DIR] [--airports FILE] [--resume] [--broker URI [--workers N] [--queue NAME]]
        FlightDelays work --broker URI [--output DIR] [--queue NAME]

          --input DIR      directory with *.csv (default: data/flights beside the program)
          --output DIR     replaced at each run (default: out/flight-delays)
          --airports FILE  airports.csv (default: data/airports.csv beside the program)
          --resume         go on with what an interrupted run has left in the output directory
          --broker URI     days are summarised and merged by worker processes, which get them by this broker:
                           rabbitmq://, redis://, nats://, kafka://, stomp:// or embedded:PATH
                           (default: the environment variable FLIGHT_DELAYS_BROKER, or no broker and no other process)
          --workers N      worker processes that the job starts (default: 2); 0 if others are started by hand
          --queue NAME     queue at the broker, emptied when the job begins (default: flight-delays)
          --help           this text

        work               is such a worker process; --output is the job's
        """;

    /// <summary>Where the work goes by; null for this process alone.</summary>
    public string? Broker { get; init; }

    /// <summary>The queue at the broker.</summary>
    public string Queue { get; init; } = "flight-delays";

    /// <summary>Worker processes that the job starts.</summary>
    public int Workers { get; init; } = DefaultWorkers;

    /// <summary>This is a worker process.</summary>
    public bool IsWorker { get; init; }

    /// <summary>It ends when its standard input does.</summary>
    public bool FollowsInput { get; init; }

    public static JobOptions Parse(string[] arguments)
    {
        var options = new JobOptions(
            Path.Combine(AppContext.BaseDirectory, "data", "flights"),
            Path.Combine("out", "flight-delays"),
            Path.Combine(AppContext.BaseDirectory, "data", "airports.csv"),
            Resume: false,
            Help: false)
        {
            Broker = Environment.GetEnvironmentVariable(BrokerVariable) is { Length: > 0 } broker ? broker : null,
            IsWorker = arguments is [WorkVerb, ..],
        };
        for (var i = options.IsWorker ? 1 : 0; i < arguments.Length; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            options = name switch
            {
                "--input" => options with { Input = Value() },
                "--output" => options with { Output = Value() },
                "--airports" => options with { Airports = Value() },
                "--broker" => options with { Broker = Value() },
                "--queue" => options with { Queue = Value() },
                "--workers" => options with { Workers = int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var workers) && workers <= 64 ? workers : throw new JobException($"--workers is 0 to 64.\n\n{Usage}", ExitCodes.Usage) },
                "--follow-input" when value is null && options.IsWorker => options with { FollowsInput = true },
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

        if (options is { IsWorker: true, Broker: null, Help: false })
        {
            throw new JobException($"A worker process needs --broker.\n\n{Usage}", ExitCodes.Usage);
        }

        return options with { Input = Path.GetFullPath(options.Input), Output = Path.GetFullPath(options.Output), Airports = Path.GetFullPath(options.Airports) };
    }
}
