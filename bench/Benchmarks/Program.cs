using BenchmarkDotNet.Running;
using HighPerf.Benchmarks;
using HighPerf.Benchmarks.Quick;

switch (args.FirstOrDefault())
{
    case "--smoke":
        return Smoke.Run();
    case "--quick":
        var only = After("--only");
        var rounds = After("--rounds") is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 25;
        var set = After("--set");
        var operations = set switch
        {
            "codec" => Operations.Codec(),
            "steps" => Operations.Steps(),
            "push" => Operations.PushAndPull(),
            "journal" => Operations.Journal(),
            "journal-process" => Operations.JournalProcess(),
            _ => Operations.EndToEnd(),
        };
        Func<string, string> baselineOf = set switch
        {
            "codec" => Operations.FloorOf,
            "journal" => static _ => "raw-append-flush",
            "journal-process" => static _ => "raw-append-process",
            "steps" => static _ => "publish-execute-settle-one-thread",
            _ => static _ => "channel",
        };
        var wanted = operations.Where(operation => only is null || only.Split(',').Contains(operation.Name)).Select(static operation => operation.Name).ToHashSet();
        var baselines = wanted.Select(baselineOf).ToHashSet();
        new QuickRun([.. operations.Where(operation => wanted.Contains(operation.Name) || baselines.Contains(operation.Name))], rounds, baselineOf).Run();
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Operation).Assembly).Run(args);
        return 0;
}

string? After(string option) => args.SkipWhile(argument => argument != option).Skip(1).FirstOrDefault();
