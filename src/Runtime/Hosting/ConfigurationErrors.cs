namespace HighPerf.Hosting;

/// <summary>
/// Ends a process that was configured wrongly with one readable block and exit code 78, wherever the exception surfaces: a process that nobody catches it in would
/// abort with a core dump instead (exit code 134 in Native AOT builds).
/// </summary>
internal static class ConfigurationErrors
{
    private static int s_registered;

    public static void ExitReadably()
    {
        if (Interlocked.Exchange(ref s_registered, 1) == 0)
        {
            AppDomain.CurrentDomain.UnhandledException += static (_, arguments) =>
            {
                if (Find(arguments.ExceptionObject as Exception) is { } error)
                {
                    Print(error);
                    Environment.Exit(HighPerfConfigurationException.ExitCode);
                }
            };
        }
    }

    public static void Print(HighPerfConfigurationException error) => Console.Error.WriteLine(error.Message);

    private static HighPerfConfigurationException? Find(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is HighPerfConfigurationException error)
            {
                return error;
            }
        }

        return null;
    }
}
