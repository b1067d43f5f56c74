using System.Diagnostics;

namespace HighPerf.Package.Tests;

/// <summary>The SDK's command line, as a user has it.</summary>
internal static class Dotnet
{
    public static string Root { get; } = FindRoot();

    /// <summary>Runs a command that has to succeed; gives its output.</summary>
    public static async Task<string> RunAsync(string directory, params string[] arguments)
    {
        var (code, output, error) = await TryAsync(directory, arguments);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)}: {output}{error}");
        return output;
    }

    public static async Task<(int ExitCode, string Output, string Error)> TryAsync(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };

        // A build that stays behind would keep files of the test open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "HighPerf.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("No HighPerf.sln above the tests.");
        }

        return directory.FullName;
    }
}
