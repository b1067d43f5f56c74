using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Memory;

/// <summary>
/// Which file leads to which: one that has an identifier leads to all that declare a type of that name. Source has no other way to a type, apart from what the language
/// itself names, and from what usings of another file name for all; a change to either of these concerns everybody.
/// </summary>
internal sealed class NameTable
{
    private readonly Dictionary<string, int> _numbers;
    private readonly TreeNames[] _trees;
    private readonly bool[] _global;
    private readonly bool _isReferencedBack;

    private NameTable(Dictionary<string, int> numbers, TreeNames[] trees, bool[] global, bool isReferencedBack)
    {
        _numbers = numbers;
        _trees = trees;
        _global = global;
        _isReferencedBack = isReferencedBack;
    }

    public static NameTable Of(Compilation compilation, SyntaxTree[] trees, CancellationToken cancellationToken)
    {
        var numbers = new Dictionary<string, int>();
        foreach (var name in trees.SelectMany(tree => TreeNames.DeclaredBy(tree.GetRoot(cancellationToken))))
        {
            if (!numbers.ContainsKey(name))
            {
                numbers.Add(name, numbers.Count);
            }
        }

        var global = new bool[numbers.Count];
        foreach (var name in trees.SelectMany(tree => TreeNames.NamedForAll(tree.GetRoot(cancellationToken))))
        {
            if (numbers.TryGetValue(name, out var number))
            {
                global[number] = true;
            }
        }

        return new NameTable(numbers, [.. trees.Select(tree => TreeNames.Of(tree, numbers, cancellationToken))], global, IsReferencedBack(compilation));
    }

    /// <summary>After an edit that left the declared names and the usings as they were.</summary>
    public NameTable With(SyntaxTree[] trees, List<int> replaced, CancellationToken cancellationToken)
    {
        var names = (TreeNames[])_trees.Clone();
        foreach (var i in replaced)
        {
            names[i] = TreeNames.Of(trees[i], _numbers, cancellationToken);
        }

        return new NameTable(_numbers, names, _global, _isReferencedBack);
    }

    /// <summary>The files from which names lead to one of those that changed; null for all.</summary>
    public bool[]? LeadingTo(List<int> changed)
    {
        if (_isReferencedBack)
        {
            return null;
        }

        var found = new bool[_trees.Length];
        var names = new bool[_numbers.Count];
        foreach (var i in changed)
        {
            Add(i, found, names);
        }

        for (var grows = changed.Count > 0; grows;)
        {
            grows = false;
            for (var i = 0; i < found.Length; i++)
            {
                if (!found[i] && _trees[i].Mentioned.Any(name => names[name]))
                {
                    Add(i, found, names);
                    grows = true;
                }
            }
        }

        var concernsAll = names.Where((isChanged, name) => isChanged && _global[name]).Any() || _trees.Where((tree, i) => found[i] && tree.IsImplied).Any();
        return concernsAll ? null : found;
    }

    private void Add(int tree, bool[] found, bool[] names)
    {
        found[tree] = true;
        foreach (var name in _trees[tree].Declared)
        {
            names[name] = true;
        }
    }

    // A reference to this very assembly leads back here under names that no file has.
    private static bool IsReferencedBack(Compilation compilation)
        => compilation.SourceModule.ReferencedAssemblySymbols.SelectMany(static a => a.Modules).SelectMany(static m => m.ReferencedAssemblies)
            .Any(r => string.Equals(r.Name, compilation.AssemblyName, System.StringComparison.OrdinalIgnoreCase));
}
