namespace HighPerf.Routing;

/// <summary>A pattern over wire names: <c>*</c> stands for any run of characters, everything else for itself.</summary>
internal sealed class RoutePattern
{
    private readonly string[] _parts;

    public RoutePattern(string pattern)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        Text = pattern;
        _parts = pattern.Split('*');
    }

    public string Text { get; }

    /// <summary>Characters that are not wildcards: of two patterns that match, the more specific one wins.</summary>
    public int Specificity => Text.Length - (_parts.Length - 1);

    public bool IsMatch(ReadOnlySpan<char> name)
    {
        if (_parts.Length == 1)
        {
            return name.SequenceEqual(_parts[0]);
        }

        if (!name.StartsWith(_parts[0]) || !name[_parts[0].Length..].EndsWith(_parts[^1]))
        {
            return false;
        }

        name = name[_parts[0].Length..^_parts[^1].Length];
        foreach (var part in _parts.AsSpan(1, _parts.Length - 2))
        {
            var at = name.IndexOf(part);
            if (at < 0)
            {
                return false;
            }

            name = name[(at + part.Length)..];
        }

        return true;
    }
}
