using Microsoft.CodeAnalysis.Text;

namespace HighPerf.Analyzers.Tests;

/// <summary>Source in which <c>[|…|]</c> marks where diagnostics are expected.</summary>
internal sealed record Marked(string Source, IReadOnlyList<TextSpan> Spans)
{
    public static Marked Parse(string text)
    {
        var spans = new List<TextSpan>();
        var source = new System.Text.StringBuilder();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (string.CompareOrdinal(text, i, "[|", 0, 2) == 0)
            {
                start = source.Length;
                i++;
            }
            else if (string.CompareOrdinal(text, i, "|]", 0, 2) == 0)
            {
                spans.Add(TextSpan.FromBounds(start, source.Length));
                i++;
            }
            else
            {
                source.Append(text[i]);
            }
        }

        return new Marked(source.ToString(), spans);
    }
}
