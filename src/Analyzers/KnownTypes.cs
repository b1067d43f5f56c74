using System.Linq;
using Microsoft.CodeAnalysis;

namespace HighPerf.Analyzers;

/// <summary>The types that the rules speak of, in one compilation.</summary>
internal sealed class KnownTypes
{
    private const int CpuSlot = 1;

    private readonly INamedTypeSymbol _taskAttribute;
    private readonly INamedTypeSymbol? _context;
    private readonly INamedTypeSymbol? _token;
    private readonly INamedTypeSymbol? _tokenSource;
    private readonly INamedTypeSymbol?[] _awaitables;
    private readonly INamedTypeSymbol? _asyncSequence;
    private readonly INamedTypeSymbol? _obsolete;

    private KnownTypes(INamedTypeSymbol taskAttribute, Compilation compilation)
    {
        _taskAttribute = taskAttribute;
        _context = compilation.GetTypeByMetadataName("HighPerf.TaskContext");
        _token = compilation.GetTypeByMetadataName("System.Threading.CancellationToken");
        _tokenSource = compilation.GetTypeByMetadataName("System.Threading.CancellationTokenSource");
        Task = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task");
        TaskFactory = compilation.GetTypeByMetadataName("System.Threading.Tasks.TaskFactory");
        _awaitables =
        [
            Task,
            compilation.GetTypeByMetadataName("System.Threading.Tasks.Task`1"),
            compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask"),
            compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask`1"),
        ];
        _asyncSequence = compilation.GetTypeByMetadataName("System.Collections.Generic.IAsyncEnumerable`1");
        _obsolete = compilation.GetTypeByMetadataName("System.ObsoleteAttribute");
    }

    public INamedTypeSymbol? Task { get; }

    public INamedTypeSymbol? TaskFactory { get; }

    /// <summary>Null in a compilation that knows nothing of HighPerf: there is nothing to analyze.</summary>
    public static KnownTypes? Of(Compilation compilation)
        => compilation.GetTypeByMetadataName("HighPerf.TaskAttribute") is { } task ? new KnownTypes(task, compilation) : null;

    public AttributeData? TaskAttribute(INamedTypeSymbol type) => type.TypeKind == TypeKind.Class ? Attribute(type, _taskAttribute) : null;

    /// <summary>The method that is the task; null where the generator has something to say about it.</summary>
    public static IMethodSymbol? RunMethod(INamedTypeSymbol type)
    {
        var methods = type.GetMembers().Where(static m => m is IMethodSymbol { Name: "RunAsync" or "Run", MethodKind: MethodKind.Ordinary }).ToList();
        return methods.Count == 1 ? (IMethodSymbol)methods[0] : null;
    }

    public static bool IsCpu(AttributeData task)
        => task.NamedArguments.Any(static a => a.Key == "Slot" && a.Value.Kind == TypedConstantKind.Enum && a.Value.Value is { } value && System.Convert.ToInt32(value, null) == CpuSlot);

    public bool IsContext(ITypeSymbol? type) => Same(type, _context);

    public bool IsToken(ITypeSymbol? type) => Same(type, _token);

    public bool IsTokenSource(ITypeSymbol? type) => Same(type, _tokenSource);

    /// <summary>A task or value task.</summary>
    public bool IsAwaitable(ITypeSymbol? type) => _awaitables.Any(a => Same(type?.OriginalDefinition, a));

    public bool IsAsyncSequence(ITypeSymbol? type) => Same(type?.OriginalDefinition, _asyncSequence);

    public bool IsObsolete(ISymbol symbol) => _obsolete is not null && Attribute(symbol, _obsolete) is not null;

    private static AttributeData? Attribute(ISymbol symbol, INamedTypeSymbol type) => symbol.GetAttributes().FirstOrDefault(a => Same(a.AttributeClass, type));

    private static bool Same(ITypeSymbol? type, INamedTypeSymbol? known) => known is not null && SymbolEqualityComparer.Default.Equals(type, known);
}
