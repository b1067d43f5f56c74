namespace HighPerf.Package.Tests;

/// <summary>contracts.lock as a user meets it: with the package, the SDK's command line and files.</summary>
[Collection(PackageCollection.Name)]
public sealed class ContractsLockTests(PackedRuntime package)
{
    private const string Source = """
        using HighPerf;

        namespace Shop;

        public enum Color { Red, Green }

        [Document("shop.order")]
        public sealed partial record Order(Guid Id, double Total, Color Color);

        [Task("shop.charge")]
        public sealed partial class Charge { public static int Run(Order order, string? note) => 1; }
        """;

    [Fact]
    public async Task The_file_is_written_kept_compared_and_accepted()
    {
        var project = Project("life of a file");
        var file = Path.Combine(project, "contracts.lock");
        Assert.Contains("contracts.lock was written: 2 contracts", await BuildAsync(project), StringComparison.Ordinal);
        var first = File.ReadAllText(file);
        Assert.Contains("document shop.order member 1 Total double\n", first, StringComparison.Ordinal);
        Assert.Contains("enum Shop.Color value 1 Green\n", first, StringComparison.Ordinal);

        // Nothing changed: neither the compiler nor the comparison runs, and the file is not touched.
        var written = File.GetLastWriteTimeUtc(file);
        var nothing = await BuildAsync(project, "-v", "detailed");
        Assert.Contains("Skipping target \"CoreCompile\" because all output files are up-to-date", nothing, StringComparison.Ordinal);
        Assert.Contains("Skipping target \"HighPerfLockContracts\" because all output files are up-to-date", nothing, StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(file));

        // A change that is no contract's: compared, and not touched.
        Write(project, Source + "\ninternal static class Unrelated;\n");
        await BuildAsync(project);
        Assert.Equal(first, File.ReadAllText(file));

        // A compatible change is written into the file, but not by a build of CI.
        var longer = Source.Replace("Color Color)", "Color Color, string? Note)");
        Write(project, longer);
        var behind = await FailAsync(project, "-p:ContinuousIntegrationBuild=true");
        Assert.Contains("error HP0310: The contracts have changed, compatibly", behind, StringComparison.Ordinal);
        Assert.Equal(first, File.ReadAllText(file));
        Assert.Contains("document shop.order member 3 Note string", await BuildAsync(project), StringComparison.Ordinal);
        Assert.Contains("document shop.order member 3 Note string\n", File.ReadAllText(file), StringComparison.Ordinal);
        await BuildAsync(project, "-p:ContinuousIntegrationBuild=true");

        // An incompatible one is an error at the declaration, and in the file where analyzers are off.
        Write(project, longer.Replace("double Total", "decimal Total").Replace(", Green", ""));
        var refused = await FailAsync(project);
        Assert.Contains("Program.cs(8,53): error HP0304: The member 'Total' of the document 'shop.order' was 'double' and is 'decimal'", refused, StringComparison.Ordinal);
        Assert.Contains("error HP0307: Shop.Color.Green (1) is gone", refused, StringComparison.Ordinal);
        Assert.Contains("dotnet build -p:HighPerfContracts=accept", refused, StringComparison.Ordinal);
        refused = await FailAsync(project, "-p:RunAnalyzers=false");
        var line = Array.FindIndex(File.ReadAllLines(file), static l => l.Contains("member 1 Total", StringComparison.Ordinal)) + 1;
        Assert.Contains($"contracts.lock({line}): error HP0304: The member 'Total'", refused, StringComparison.Ordinal);
        await FailAsync(project);

        // Accepted, it is the baseline.
        await BuildAsync(project, "-p:HighPerfContracts=accept");
        Assert.Contains("document shop.order member 1 Total decimal\n", File.ReadAllText(file), StringComparison.Ordinal);
        await BuildAsync(project);
        Write(project, longer);
        Assert.Contains("was 'decimal' and is 'double'", await FailAsync(project), StringComparison.Ordinal);

        // Off, nothing is compared.
        await BuildAsync(project, "-p:HighPerfContracts=off");
    }

    [Fact]
    public async Task A_damaged_file_says_where_and_a_deleted_one_is_written_anew()
    {
        var project = Project("damaged");
        var file = Path.Combine(project, "contracts.lock");
        await BuildAsync(project);
        var text = File.ReadAllText(file);
        File.WriteAllText(file, text + "<<<<<<< HEAD\n");
        Assert.Contains($"contracts.lock({text.Split('\n').Length}): error HP0300: '<<<<<<< HEAD' is no fact of a contract", await FailAsync(project), StringComparison.Ordinal);
        await BuildAsync(project, "-p:HighPerfContracts=accept");
        Assert.Equal(text, File.ReadAllText(file));

        File.Delete(file);
        await BuildAsync(project);
        Assert.Equal(text, File.ReadAllText(file));
        Assert.Contains("'sometimes'", await FailAsync(project, "-p:HighPerfContracts=sometimes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_assembly_of_a_solution_has_its_own()
    {
        var solution = Directory.CreateDirectory(Path.Combine(package.Directory, "solution")).FullName;
        var orders = Project("solution/Orders", "<TargetFrameworks>net10.0;net9.0</TargetFrameworks>");
        var billing = Project("solution/Billing", items: "<ProjectReference Include=\"../Orders/Orders.csproj\" />");
        File.WriteAllText(Path.Combine(billing, "Program.cs"), """
            using HighPerf;

            namespace Billing;

            [Task("billing.pay")]
            public sealed partial class Pay { public static void Run(Shop.Order order) { } }
            """);

        // It references them and declares nothing: there is nothing to lock.
        var app = Project("solution/App", "<OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>", "<ProjectReference Include=\"../Billing/Billing.csproj\" />");
        File.WriteAllText(Path.Combine(app, "Program.cs"), "Console.WriteLine(Billing.Pay.Call(new Shop.Order(Guid.Empty, 1, Shop.Color.Red)));");
        await Dotnet.RunAsync(solution, "new", "sln", "-n", "All", "-f", "sln");
        await Dotnet.RunAsync(solution, "sln", "All.sln", "add", orders, billing, app);

        await BuildAsync(solution, "-m:2");
        Assert.Contains("document shop.order", File.ReadAllText(Path.Combine(orders, "contracts.lock")), StringComparison.Ordinal);
        var ofBilling = File.ReadAllText(Path.Combine(billing, "contracts.lock"));
        Assert.Contains("command billing.pay member 0 order shop.order required\n", ofBilling, StringComparison.Ordinal);
        Assert.DoesNotContain("document shop.order", ofBilling, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(app, "contracts.lock")));

        var nothing = await BuildAsync(solution, "-v", "detailed");
        Assert.Equal(3, Count(nothing, "Skipping target \"HighPerfLockContracts\" because all output files are up-to-date"));
        Assert.Equal(0, Count(nothing, "Building target \"HighPerfLockContracts\""));

        // Accepting reaches every project, and makes no file where none is kept.
        await BuildAsync(solution, "-p:HighPerfContracts=accept");
        Assert.False(File.Exists(Path.Combine(app, "contracts.lock")));

        // A change in one is an error in that one.
        Write(orders, Source.Replace("double Total, ", ""));
        var refused = await FailAsync(solution);
        Assert.Contains("error HP0302: The member 'Total' (double) of the document 'shop.order' is gone", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("Billing.csproj", string.Join('\n', refused.Split('\n').Where(static l => l.Contains("error HP03", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    private string Project(string name, string properties = "<TargetFramework>net10.0</TargetFramework>", string items = "")
    {
        var project = Directory.CreateDirectory(Path.Combine(package.Directory, name)).FullName;
        File.WriteAllText(Path.Combine(project, Path.GetFileName(name) + ".csproj"), package.ProjectText(properties, items));
        Write(project, Source);
        return project;
    }

    private static void Write(string project, string source) => File.WriteAllText(Path.Combine(project, "Program.cs"), source);

    private static Task<string> BuildAsync(string directory, params string[] arguments) => Dotnet.RunAsync(directory, Build(directory, arguments));

    private static async Task<string> FailAsync(string directory, params string[] arguments)
    {
        var (code, output, _) = await Dotnet.TryAsync(directory, Build(directory, arguments));
        Assert.True(code != 0, output);
        return output;
    }

    private static string[] Build(string directory, string[] arguments)
    {
        var isRestored = Directory.EnumerateFiles(directory, "project.assets.json", SearchOption.AllDirectories).Any();
        return ["build", "--nologo", .. isRestored ? (string[])["--no-restore"] : [], .. arguments];
    }

    private static int Count(string text, string part) => (text.Length - text.Replace(part, string.Empty, StringComparison.Ordinal).Length) / part.Length;
}
