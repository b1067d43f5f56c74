using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Memory;

/// <summary>
/// Remembers what a declaration was parsed to, for as long as nothing has changed that parsing could have looked at (<see cref="World"/> knows). Roslyn asks for every
/// attributed declaration again on every keystroke. Keeps nothing alive: a world lives as long as its compilation, and the driver holds the latest one.
/// </summary>
internal sealed class ParseMemo(Action<SyntaxNode>? parsing)
{
    private readonly object _gate = new();
    private readonly ConditionalWeakTable<Compilation, World> _worlds = new();
    private readonly WeakReference<World?> _latest = new(null);

    /// <summary>The parser, which is called only where its result is not known.</summary>
    /// <param name="parse">The parser. It looks at nothing but the declaration and what its names lead to.</param>
    /// <param name="points">Whether a result says something about a place: it may be in another file, where it moves unseen. Such a result is not kept.</param>
    public Func<GeneratorAttributeSyntaxContext, CancellationToken, T> Remember<T>(Func<GeneratorAttributeSyntaxContext, CancellationToken, T> parse, Func<T, bool> points)
        where T : notnull
    {
        var step = new object();
        return (context, cancellationToken) =>
        {
            var node = context.TargetNode;
            var page = WorldOf(context.SemanticModel.Compilation, cancellationToken).PageOf(node.SyntaxTree);
            if (page.Find(step, node) is T known)
            {
                return known;
            }

            parsing?.Invoke(node);
            var result = parse(context, cancellationToken);
            if (!points(result))
            {
                page.Keep(step, node, result);
            }

            return result;
        };
    }

    private World WorldOf(Compilation compilation, CancellationToken cancellationToken)
    {
        if (_worlds.TryGetValue(compilation, out var world))
        {
            return world;
        }

        lock (_gate)
        {
            if (!_worlds.TryGetValue(compilation, out world))
            {
                _latest.TryGetTarget(out var latest);
                world = latest?.Next(compilation, cancellationToken) ?? new World(compilation);
                _worlds.Add(compilation, world);
                _latest.SetTarget(world);
            }
        }

        return world;
    }
}
