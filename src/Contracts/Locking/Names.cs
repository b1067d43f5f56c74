using System.Globalization;
using System.Text;

namespace HighPerf.Contracts.Locking;

/// <summary>Names as one word of a line: what would split the line or the file is written as %XXXX.</summary>
internal static class Names
{
    public static string Escape(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (c is '%' or '#' || char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c))
            {
                text.Append('%').Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }

    public static string Unescape(string word)
    {
        var text = new StringBuilder(word.Length);
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] == '%' && i + 4 < word.Length && int.TryParse(word.Substring(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                text.Append((char)code);
                i += 4;
            }
            else
            {
                text.Append(word[i]);
            }
        }

        return text.ToString();
    }
}
