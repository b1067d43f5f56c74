using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Memory;

/// <summary>What the declarations of one file were parsed to, by step and node.</summary>
internal sealed class Page
{
    private Dictionary<(object Step, SyntaxNode Node), object>? _results;

    public object? Find(object step, SyntaxNode node)
    {
        lock (this)
        {
            return _results is not null && _results.TryGetValue((step, node), out var result) ? result : null;
        }
    }

    public void Keep(object step, SyntaxNode node, object result)
    {
        lock (this)
        {
            _results ??= [];
            _results[(step, node)] = result;
        }
    }
}
