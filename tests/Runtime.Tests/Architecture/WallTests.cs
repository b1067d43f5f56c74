using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.Tests.Architecture;

/// <summary>The house's walls, read from the sources: who uses whom, what is public, which log events there are.</summary>
public sealed class WallTests
{
    private static readonly string[] s_rooms =
        ["Diagnostics", "Declarations", "Messages", "Connections", "Journal", "Calls", "Transports", "State", "Publishing", "Data", "Routing", "Execution", "Control", "Hosting"];

    private static readonly string[] s_forbiddenNames =
        ["Task", "TaskScheduler", "Timer", "Lock", "ExecutionContext", "Host", "Endpoint", "Results", "Route", "RouteBuilder", "RouteOptions"];

    private static readonly Lazy<CSharpCompilation> s_compilation = new(Compile);

    // Users, then authors of transports and the like.
    private static readonly string[] s_homes =
    [
        "HighPerf",
        "Microsoft.Extensions.DependencyInjection",
        "HighPerf.Connections",
        "HighPerf.Control",
        "HighPerf.Data",
        "HighPerf.Diagnostics",
        "HighPerf.Journal",
        "HighPerf.State",
        "HighPerf.Transports",
    ];

    [Fact]
    public void Every_file_is_in_a_room()
    {
        Assert.True(s_compilation.Value.SyntaxTrees.Count() > 100);
        Assert.All(s_compilation.Value.SyntaxTrees, static tree => Assert.Contains(RoomOf(tree.FilePath), s_rooms));
    }

    [Fact]
    public void A_room_uses_only_rooms_to_its_left()
    {
        var violations = Violations(s_compilation.Value, out var references);
        Assert.True(references > 5000, $"Only {references} references were resolved: the test sees nothing.");
        Assert.True(violations.Count == 0, string.Join("\n", violations));
    }

    [Theory]
    [InlineData("Messages", "sealed class Bad { public Publisher? Publisher; }", "Messages/Bad.cs uses Publisher of Publishing")]
    [InlineData("Routing", "sealed class Bad { public static object Get() => HighPerf.Execution.SlotPhase.Idle; }", "Routing/Bad.cs uses SlotPhase of Execution")]
    [InlineData("State", "sealed class Bad { public static void Do(Controller c) => _ = c.IsHealthy; }", "State/Bad.cs uses Controller of Control")]
    public void A_hole_in_a_wall_is_seen(string room, string code, string expected)
    {
        var file = Path.Combine(SourceDirectory(), room, "Bad.cs");
        var options = (CSharpParseOptions)s_compilation.Value.SyntaxTrees.First().Options;
        var tree = CSharpSyntaxTree.ParseText($"using HighPerf; using HighPerf.Control; namespace HighPerf.Holes; {code}", options, file);
        Assert.Contains(expected, Violations(s_compilation.Value.AddSyntaxTrees(tree), out _, tree));
    }

    private static SortedSet<string> Violations(CSharpCompilation compilation, out int references, SyntaxTree? only = null)
    {
        var violations = new SortedSet<string>(StringComparer.Ordinal);
        references = 0;
        foreach (var tree in only is null ? compilation.SyntaxTrees : [only])
        {
            var room = Array.IndexOf(s_rooms, RoomOf(tree.FilePath));
            var model = compilation.GetSemanticModel(tree);

            // Names in documentation are for readers: a room may point to where something goes on.
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                var symbol = model.GetSymbolInfo(name).Symbol;
                var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
                foreach (var declaration in type?.OriginalDefinition.DeclaringSyntaxReferences ?? [])
                {
                    references++;
                    var other = RoomOf(declaration.SyntaxTree.FilePath);
                    if (Array.IndexOf(s_rooms, other) > room)
                    {
                        violations.Add($"{Relative(tree.FilePath)} uses {type!.Name} of {other}");
                    }
                }
            }
        }

        return violations;
    }

    [Fact]
    public void Log_event_ids_are_unique_and_in_their_room_s_range()
    {
        var ids = new Dictionary<int, string>();
        foreach (var tree in s_compilation.Value.SyntaxTrees)
        {
            var model = s_compilation.Value.GetSemanticModel(tree);
            foreach (var attribute in tree.GetRoot().DescendantNodes().OfType<AttributeSyntax>().Where(static a => a.Name.ToString() is "LoggerMessage" or "LoggerMessageAttribute"))
            {
                var method = ((MethodDeclarationSyntax)attribute.Parent!.Parent!).Identifier.Text;
                var argument = attribute.ArgumentList!.Arguments.First(static a => a.NameEquals is null || a.NameEquals.Name.Identifier.Text == "EventId");
                var id = Assert.IsType<int>(model.GetConstantValue(argument.Expression).Value);
                Assert.True(ids.TryAdd(id, $"{RoomOf(tree.FilePath)}.{method}"), $"Event id {id} is of {ids.GetValueOrDefault(id)} and of {method}.");
                var first = Assert.IsType<int>(typeof(EventIds).GetField(RoomOf(tree.FilePath))!.GetRawConstantValue());
                Assert.InRange(id, first, first + 99);
            }
        }

        Assert.True(ids.Count > 25);
    }

    [Fact]
    public void Public_types_do_not_clash_with_names_that_programs_have_in_scope()
        => Assert.Empty(PublicTypes().Where(static type => s_forbiddenNames.Contains(type.Name)).Select(static type => type.ToDisplayString()));

    [Fact]
    public void Public_interfaces_are_for_static_calls_only()
    {
        var interfaces = PublicTypes().Where(static type => type.TypeKind == TypeKind.Interface).ToArray();

        // IMessageFormatter is what users write for types that are not theirs; the others are for generated code.
        Assert.Equal(
            ["IDeclaration", "IMessage<TSelf>", "IMessageFormatter<T>", "IMessageView<TSelf>", "ITaskArguments<TSelf, TResult>", "ITaskArguments<TSelf>"],
            interfaces.Select(static type => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)).Order(StringComparer.Ordinal));
        Assert.All(interfaces.SelectMany(static type => type.GetMembers()), static member => Assert.True(member.IsStatic, member.ToDisplayString()));
    }

    [Fact]
    public void Public_types_are_where_users_and_authors_look()

        // WireHash is for generated code.
        => Assert.Empty(PublicTypes()
            .Where(static type => type.Name != "WireHash" && !s_homes.Contains(type.ContainingNamespace.ToDisplayString()))
            .Select(static type => type.ToDisplayString()));

    private static IEnumerable<INamedTypeSymbol> PublicTypes()
    {
        var pending = new Stack<INamespaceOrTypeSymbol>([s_compilation.Value.Assembly.GlobalNamespace]);
        while (pending.TryPop(out var symbol))
        {
            foreach (var member in symbol.GetMembers().OfType<INamespaceOrTypeSymbol>())
            {
                pending.Push(member);
                if (member is INamedTypeSymbol { DeclaredAccessibility: Accessibility.Public, ContainingType: null } type)
                {
                    yield return type;
                }
            }
        }
    }

    private static CSharpCompilation Compile()
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview, preprocessorSymbols: ["NET", "NET9_0_OR_GREATER", "NET10_0_OR_GREATER", "NET10_0"]);
        var files = Directory.EnumerateFiles(SourceDirectory(), "*.cs", SearchOption.AllDirectories)
            .Where(static file => !Relative(file).StartsWith("obj/", StringComparison.Ordinal) && !Relative(file).StartsWith("bin/", StringComparison.Ordinal));
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file)).ToList();
        var usings = CSharpSyntaxTree.ParseText(
            "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;", options, Path.Combine(SourceDirectory(), "Diagnostics", "Usings.cs"));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => !Path.GetFileName(path).StartsWith("HighPerf.", StringComparison.Ordinal))
            .Select(static path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("walls", trees, references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

        // The log methods' bodies come from a generator that does not run here; their declarations are enough.
        return compilation.AddSyntaxTrees(usings);
    }

    private static string RoomOf(string file) => Relative(file).Split('/')[0];

    private static string Relative(string file) => Path.GetRelativePath(SourceDirectory(), file).Replace('\\', '/');

    // Not by the compiler's file path: a CI build maps it to /_/.
    private static string SourceDirectory()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "HighPerf.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException($"No HighPerf.sln above {AppContext.BaseDirectory}.");
        }

        return Path.Combine(directory.FullName, "src", "Runtime");
    }
}
