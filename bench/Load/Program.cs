using HighPerf.Load;

// What transports do against real brokers, beside a raw loop of the same commands in the same run: on a shared machine only such ratios mean something.
try
{
    var options = LoadOptions.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(LoadOptions.Usage);
        return 0;
    }

    var rows = new List<LoadRow>();
    foreach (var target in options.Targets)
    {
        await using var run = await LoadRun.StartAsync(target, options);
        rows.AddRange(await run.RunAsync());
    }

    LoadReport.Write(rows, options.Json);
    return 0;
}
catch (LoadUsageException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 64;
}
