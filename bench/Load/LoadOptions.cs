using System.Globalization;

namespace HighPerf.Load;

/// <summary>The command line.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        Load: throughput of transports beside a raw loop of the same commands, in turns, and the middle of their ratios.

        Load --transport NAME[,NAME...]|all [--quick] [--operation publish,drain,call,depth] [--payload BYTES,...] [--concurrency N,...]
             [--address URI] [--json FILE]

          --transport    embedded, redis, nats, rabbitmq, activemq, kafka, or all of them
          --operation    default: all. call is request and reply at a fixed rate, from when it should have been sent; depth is draining with many queued
          --payload      default: 100,1024,16384
          --concurrency  messages that are out at a time; default: 1,16,256
          --address      a broker that runs already, of one transport (a directory for embedded); by default one is started, on a free port, and stopped
          --quick        fewer messages and rounds, payload 1024: under a minute
          --json FILE    the rows as JSON, beside the table
        """;

    public static readonly string[] AllOperations = ["publish", "drain", "call", "depth"];

    public IReadOnlyList<LoadTarget> Targets { get; init; } = [];

    public IReadOnlyList<string> Operations { get; init; } = AllOperations;

    public IReadOnlyList<int> Payloads { get; init; } = [100, 1024, 16 * 1024];

    public IReadOnlyList<int> Concurrencies { get; init; } = [1, 16, 256];

    public string? Address { get; init; }

    public string? Json { get; init; }

    public bool Quick { get; init; }

    public bool Help { get; init; }

    /// <summary>Each takes its turn so often; the middle counts.</summary>
    public int Rounds => Quick ? 3 : 5;

    /// <exception cref="LoadUsageException">It cannot be understood.</exception>
    public static LoadOptions Parse(string[] arguments)
    {
        var options = new LoadOptions();
        var payloads = false;
        for (var i = 0; i < arguments.Length; i++)
        {
            var name = arguments[i];
            options = name switch
            {
                "--help" or "-h" => options with { Help = true },
                "--quick" => options with { Quick = true },
                "--transport" => options with { Targets = Find(Value()) },
                "--operation" => options with { Operations = [.. Value().Split(',').Select(Operation)] },
                "--payload" => Payload(options, Value()),
                "--concurrency" => options with { Concurrencies = Numbers(Value(), 1, 4096) },
                "--address" => options with { Address = Value() },
                "--json" => options with { Json = Value() },
                _ => throw new LoadUsageException($"'{name}' is not an option."),
            };

            string Value() => i + 1 < arguments.Length ? arguments[++i] : throw new LoadUsageException($"{name} needs a value.");

            LoadOptions Payload(LoadOptions before, string text)
            {
                payloads = true;
                return before with { Payloads = Numbers(text, 1, 512 * 1024) };
            }
        }

        if (!options.Help && options.Targets.Count == 0)
        {
            throw new LoadUsageException("--transport is missing.");
        }

        if (options.Address is not null && options.Targets.Count > 1)
        {
            throw new LoadUsageException("--address is of one transport.");
        }

        return options.Quick && !payloads ? options with { Payloads = [1024] } : options;
    }

    private static IReadOnlyList<LoadTarget> Find(string names)
        => names == "all"
            ? LoadTarget.All
            : [.. names.Split(',').Select(static name => LoadTarget.All.FirstOrDefault(target => target.Name == name) ?? throw new LoadUsageException($"There is no transport '{name}'. Known: {string.Join(", ", LoadTarget.All.Select(static t => t.Name))}."))];

    private static string Operation(string name) => AllOperations.Contains(name) ? name : throw new LoadUsageException($"There is no operation '{name}'. Known: {string.Join(", ", AllOperations)}.");

    private static int[] Numbers(string text, int least, int most)
        => [.. text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : throw new LoadUsageException($"'{part}' is not {least} to {most}."))];
}
