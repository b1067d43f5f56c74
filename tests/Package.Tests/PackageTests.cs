using System.IO.Compression;

namespace HighPerf.Package.Tests;

/// <summary>The package as a stranger gets it: packed, looked into, and used by a project that knows nothing of this repository.</summary>
[Collection(PackageCollection.Name)]
public sealed class PackageTests(PackedRuntime package)
{
    [Fact]
    public async Task The_package_brings_the_runtime_the_generator_and_the_analyzers_and_a_first_program_runs()
    {
        using (var zip = ZipFile.OpenRead(package.File))
        {
            var entries = zip.Entries.Select(static entry => entry.FullName).ToHashSet();
            foreach (var wanted in new[]
            {
                "README.md", "lib/net10.0/HighPerf.Runtime.dll", "lib/net10.0/HighPerf.Runtime.xml", "lib/net9.0/HighPerf.Runtime.dll", "lib/net9.0/HighPerf.Runtime.xml",
                "analyzers/dotnet/cs/HighPerf.Generators.dll", "analyzers/dotnet/cs/HighPerf.Analyzers.dll", "analyzers/dotnet/cs/HighPerf.CodeFixes.dll", "analyzers/dotnet/cs/HighPerf.Contracts.dll", "analyzers/dotnet/cs/HighPerf.Contracts.CodeFixes.dll",
                "build/HighPerf.Runtime.props", "build/HighPerf.Runtime.targets", "buildTransitive/HighPerf.Runtime.props", "buildTransitive/HighPerf.Runtime.targets",
                "tools/netstandard2.0/HighPerf.Build.dll",
            })
            {
                Assert.Contains(wanted, entries);
            }

            Assert.DoesNotContain(entries, static entry => entry.Contains("Microsoft.", StringComparison.Ordinal) || entry.Contains("System.", StringComparison.Ordinal));
            using var manifest = new StreamReader(zip.GetEntry("HighPerf.Runtime.nuspec")!.Open());
            Assert.DoesNotContain("CodeAnalysis", await manifest.ReadToEndAsync(), StringComparison.Ordinal);
        }

        var program = Directory.CreateDirectory(Path.Combine(package.Directory, "first program")).FullName;
        File.WriteAllText(Path.Combine(program, "First.csproj"), package.ProjectText("<OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>"));
        File.WriteAllText(Path.Combine(program, "Program.cs"), """
            using HighPerf;

            await using var app = HighPerfApplication.Create();
            await app.StartAsync();
            Console.WriteLine(await app.Publisher.CallAsync(Add.Call(2, 3)));

            [Task]
            public sealed partial class Add { public static int Run(int a, int b) => a + b; }
            """);
        Assert.Equal("5", (await Dotnet.RunAsync(program, "run", "-c", "Release")).Trim());

        // The analyzers are there, too; what the generator reports comes first.
        await AssertMistakeAsync(program, "public static class Mistakes { [Task] public sealed partial class Sleepy { public static void Run() => Thread.Sleep(1); } }", "error HP0002: Add 'partial' to 'Mistakes'");
        await AssertMistakeAsync(program, "[Task] public sealed partial class Sleepy { public static void Run() => Thread.Sleep(1); }", "error HP0020: 'Thread.Sleep' blocks");
    }

    private static async Task AssertMistakeAsync(string program, string source, string expected)
    {
        File.WriteAllText(Path.Combine(program, "Mistakes.cs"), $"using HighPerf;\n{source}\n");
        var (exitCode, output, error) = await Dotnet.TryAsync(program, "build", "-c", "Release", "--nologo");
        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, output + error, StringComparison.Ordinal);
    }
}
