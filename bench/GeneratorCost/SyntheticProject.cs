using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HighPerf.GeneratorCost;

/// <summary>A project of so many tasks and contracts, a file each, as an application with a large domain has them.</summary>
internal sealed class SyntheticProject
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.Threading.Tasks; global using HighPerf;";

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll" or "HighPerf.Runtime.dll"))
            .Select(static path => (MetadataReference)MetadataReference.CreateFromFile(path)),
    ];

    private readonly List<(string Path, string Text)> _files = [("Usings.cs", Usings), ("Unrelated.cs", "internal class Unrelated { }")];

    public SyntheticProject(int tasks, int contracts)
    {
        for (var i = 0; i < contracts; i++)
        {
            _files.Add(($"Contract{i}.cs", Contract(i)));
        }

        for (var i = 0; i < tasks; i++)
        {
            _files.Add(($"Task{i}.cs", Task(i, contracts)));
        }
    }

    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.CSharp13);

    /// <summary>Parses everything anew.</summary>
    public CSharpCompilation Compile() => CSharpCompilation.Create(
        "Synthetic",
        _files.Select(static file => CSharpSyntaxTree.ParseText(file.Text, ParseOptions, file.Path)),
        s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The compilation after a key was pressed in a file.</summary>
    public static Compilation Type(Compilation compilation, string path, Func<string, string> edit)
    {
        var tree = compilation.SyntaxTrees.Single(tree => tree.FilePath == path);
        return compilation.ReplaceSyntaxTree(tree, CSharpSyntaxTree.ParseText(edit(tree.ToString()), ParseOptions, path));
    }

    private static string Contract(int i) => $$"""
        namespace Synthetic.Area{{i % 20}};

        /// <summary>Contract {{i}}.</summary>
        [{{(i % 2 == 0 ? "Event" : "Document")}}]
        public sealed partial record Contract{{i}}(Guid Id, long Sequence, string Name, decimal Amount, DateTimeOffset At, string? Note, List<int> Counts, Dictionary<string, double> Rates);
        """;

    private static string Task(int i, int contracts) => $$"""
        using Synthetic.Area{{i % contracts % 20}};

        namespace Synthetic.Work{{i % 20}};

        /// <summary>Task {{i}}.</summary>
        [Task(MaxAttempts = 3)]
        public sealed partial class Task{{i}}(IServiceProvider services)
        {
            /// <summary>Runs.</summary>
            public async ValueTask<Contract{{i % contracts}}> RunAsync(TaskContext context, Contract{{i % contracts}} input, int count, string label = "none", DateTimeOffset? since = null)
            {
                for (var round = 0; round < count && !context.CancellationToken.IsCancellationRequested; round++)
                {
                    await Task.Yield();
                    if (services.GetService(typeof(IDisposable)) is IDisposable disposable)
                    {
                        disposable.Dispose();
                    }
                }

                return input with { Name = $"{input.Name} {label} {since:O}", Counts = [.. input.Counts, count] };
            }
        }
        """;
}
