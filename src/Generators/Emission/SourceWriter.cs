using System.Text;

namespace HighPerf.Generators.Emission;

/// <summary>Text with indentation.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string line = "")
    {
        if (line.Length > 0)
        {
            _text.Append(' ', _depth * 4).Append(line);
        }

        _text.Append('\n');
    }

    public void Open(string line)
    {
        Line(line);
        Line("{");
        _depth++;
    }

    public void Close(string suffix = "")
    {
        _depth--;
        if (_text.Length > 1 && _text[_text.Length - 1] == '\n' && _text[_text.Length - 2] == '\n')
        {
            _text.Length--;
        }

        Line("}" + suffix);
    }

    /// <summary>A line of its own with the closing brace of a member, and an empty line after it.</summary>
    public void CloseMember()
    {
        Close();
        Line();
    }

    public override string ToString() => _text.ToString();
}
