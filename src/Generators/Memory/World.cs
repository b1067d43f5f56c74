using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Memory;

/// <summary>
/// What parsing a declaration can depend on, without the compilation itself: references, options, and the files in their order, which is the order of a partial type's
/// members. What was parsed before an edit is right after it where
/// <list type="bullet">
/// <item>its file is the same object,</item>
/// <item>no file has another set of names (<see cref="TreeChange.Names"/>), so that every name still means the same type, and</item>
/// <item>no chain of names leads from its file to one whose members changed (<see cref="NameTable"/>).</item>
/// </list>
/// Where that cannot be told nothing is taken over, and everything is parsed again.
/// </summary>
internal sealed class World
{
    private readonly string? _assemblyName;
    private readonly CompilationOptions _options;
    private readonly MetadataReference[] _references;
    private readonly SyntaxTree[] _trees;
    private readonly Dictionary<SyntaxTree, Page> _pages = [];
    private NameTable? _names;

    public World(Compilation compilation)
        : this(compilation, [.. compilation.References], [.. compilation.SyntaxTrees])
    {
        foreach (var tree in _trees)
        {
            _pages.Add(tree, new Page());
        }
    }

    private World(Compilation compilation, MetadataReference[] references, SyntaxTree[] trees)
    {
        _assemblyName = compilation.AssemblyName;
        _options = compilation.Options;
        _references = references;
        _trees = trees;
    }

    public Page PageOf(SyntaxTree tree) => _pages[tree];

    /// <summary>The world after an edit, with what is still right in it; null where nothing is.</summary>
    public World? Next(Compilation compilation, CancellationToken cancellationToken)
    {
        SyntaxTree[] trees = [.. compilation.SyntaxTrees];
        if (trees.Length != _trees.Length || compilation.AssemblyName != _assemblyName || !compilation.Options.Equals(_options) || !compilation.References.SequenceEqual(_references))
        {
            return null;
        }

        var replaced = new List<int>();
        var seen = new List<int>();
        for (var i = 0; i < trees.Length; i++)
        {
            if (ReferenceEquals(trees[i], _trees[i]))
            {
                continue;
            }

            var change = TreeChanges.Between(_trees[i], trees[i], cancellationToken);
            if (change == TreeChange.Names)
            {
                return null;
            }

            replaced.Add(i);
            if (change == TreeChange.Members)
            {
                seen.Add(i);
            }
        }

        // The first build has no use for the names: they are looked at on the first keystroke.
        var names = _names is null ? NameTable.Of(compilation, trees, cancellationToken) : _names.With(trees, replaced, cancellationToken);
        if (names.LeadingTo(seen) is not { } stale)
        {
            return null;
        }

        var next = new World(compilation, _references, trees) { _names = names };
        for (var i = 0; i < trees.Length; i++)
        {
            next._pages.Add(trees[i], !stale[i] && ReferenceEquals(trees[i], _trees[i]) ? _pages[trees[i]] : new Page());
        }

        return next;
    }
}
