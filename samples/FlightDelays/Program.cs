using HighPerf;
using HighPerf.Samples.FlightDelays;

using var interruption = new Interruption();
try
{
    var options = JobOptions.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(JobOptions.Usage);
        return ExitCodes.Ok;
    }

    if (options.IsWorker)
    {
        await WorkerProcess.RunAsync(options, interruption.Token);
        return ExitCodes.Ok;
    }

    JobInput.Check(options);
    using var output = OutputDirectory.Open(options.Output);
    await new Job(options, output).RunAsync(interruption.Token);
    return ExitCodes.Ok;
}
catch (JobException problem)
{
    Console.Error.WriteLine(problem.Message);
    return problem.ExitCode;
}
catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted; go on with --resume.");
    return interruption.ExitCode;
}
catch (Exception problem) when (problem is HighPerfException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(problem.Message);
    return ExitCodes.IoError;
}
