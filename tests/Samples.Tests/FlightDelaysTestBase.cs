using System.Text;

namespace HighPerf.Samples.Tests;

/// <summary>A directory of its own for each test, with an input and an output.</summary>
public abstract class FlightDelaysTestBase : IDisposable
{
    internal TempDirectory Temp { get; } = new();

    protected string Input => Directory.CreateDirectory(Temp["in"]).FullName;

    protected string Output => Temp["out"];

    public void Dispose()
    {
        Temp.Dispose();
        GC.SuppressFinalize(this);
    }

    protected void Write(string name, string content) => File.WriteAllBytes(Path.Combine(Input, name), Encoding.UTF8.GetBytes(content));

    internal Task<FlightDelaysProgram.Result> RunAsync(params string[] arguments) => FlightDelaysProgram.RunAsync(Temp.Path, ["--input", Input, "--output", Output, .. arguments]);

    internal async Task RefusedAsync(int exitCode, string message, params string[] arguments)
    {
        var result = await FlightDelaysProgram.RunAsync(Temp.Path, arguments);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(message, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }
}
