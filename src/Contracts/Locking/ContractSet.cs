using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace HighPerf.Contracts.Locking;

/// <summary>The contracts of an assembly as facts, one a line: what the generator writes into the assembly and the build into contracts.lock.</summary>
internal sealed class ContractSet
{
    public const string FileName = "contracts.lock";

    private static readonly string[] Kinds = ["command", "event", "document", "enum", "struct"];

    private static readonly string[] Header =
    [
        "# The message contracts of this project, as its deployed versions write and read them. Check this file in.",
        "# The build writes it, adds what is compatible, and refuses what is not. To accept a change on purpose:",
        "#     dotnet build -p:HighPerfContracts=accept",
    ];

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public IEnumerable<Entry> Entries => _entries.Values.OrderBy(e => Array.IndexOf(Kinds, e.Kind)).ThenBy(e => e.Name, StringComparer.Ordinal);

    public IEnumerable<Entry> Contracts => Entries.Where(e => e.IsContract);

    public bool IsEmpty => _entries.Count == 0;

    public Entry? Find(string kind, string name) => _entries.TryGetValue(kind + " " + name, out var entry) ? entry : null;

    /// <summary>A contract by its wire name, whatever its kind.</summary>
    public Entry? FindContract(string name) => Kinds.Take(3).Select(k => Find(k, name)).FirstOrDefault(e => e is not null);

    /// <summary>Reads facts.</summary>
    /// <param name="text">Lines; empty ones and those that begin with # say nothing.</param>
    /// <param name="fromFile">True to keep the numbers of the lines.</param>
    /// <exception cref="LockFormatException">A line is none of these facts.</exception>
    public static ContractSet Parse(string text, bool fromFile)
    {
        var set = new ContractSet();
        set.Add(text, fromFile);
        return set;
    }

    /// <summary>Adds facts; what is there already is kept once.</summary>
    public void Add(string text, bool fromFile = false)
    {
        // A type that several contracts use comes with each of them; an assembly has each contract once, and so has a file.
        var complete = fromFile ? [] : new HashSet<string>(_entries.Keys, StringComparer.Ordinal);
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var words = line.Split(' ');
            if (words.Length < 4 || Array.IndexOf(Kinds, words[0]) < 0)
            {
                throw new LockFormatException(number, $"'{line}' is no fact of a contract");
            }

            var key = words[0] + " " + Names.Unescape(words[1]);
            if (complete.Contains(key))
            {
                continue;
            }

            if (!_entries.TryGetValue(key, out var entry))
            {
                entry = new Entry(words[0], Names.Unescape(words[1]), fromFile ? number : 0);
                _entries.Add(key, entry);
            }

            if (!TryAddFact(entry, words, fromFile ? number : 0))
            {
                throw new LockFormatException(number, $"'{line}' is no fact of a contract");
            }
        }
    }

    /// <summary>The facts, sorted, with line feeds.</summary>
    public string ToText() => string.Concat(Entries.SelectMany(Lines).Select(l => l + "\n"));

    /// <summary>The facts as the file has them.</summary>
    public string ToFile()
    {
        var text = new StringBuilder();
        foreach (var line in Header)
        {
            text.Append(line).Append('\n');
        }

        foreach (var entry in Entries)
        {
            text.Append('\n');
            foreach (var line in Lines(entry))
            {
                text.Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static bool TryAddFact(Entry entry, string[] words, int line)
    {
        var number = 0;
        switch (words[2], words.Length)
        {
            case ("hash", 4):
                entry.Hash = words[3];
                return true;
            case ("schema", 4):
                entry.Schema = words[3];
                return true;
            case ("version", 4) when TryNumber(words[3], out number):
                entry.Version = number;
                return true;
            case ("layout", 4):
                entry.Layout = words[3];
                return true;
            case ("alias", 4):
                entry.Aliases.Add(Names.Unescape(words[3]));
                return true;
            case ("upcast", 5) when TryNumber(words[3], out number):
                entry.Upcasts.Add(new UpcastFact(number, words[4], line));
                return true;
            case ("member" or "field", 6 or 7) when TryNumber(words[3], out number) && (words.Length == 6 || words[6] == "required"):
                entry.Members.Add(new MemberFact(number, Names.Unescape(words[4]), Names.Unescape(words[5]), words.Length == 7, line));
                return true;
            case ("result", 4):
                entry.Result = Names.Unescape(words[3]);
                return true;
            case ("type", 4):
                entry.Underlying = words[3];
                return true;
            case ("value", 5):
                entry.Values.Add(new ValueFact(words[3], words[4], line));
                return true;
            case ("size", 4) when TryNumber(words[3], out number):
                entry.Size = number;
                return true;
            default:
                return false;
        }
    }

    private static IEnumerable<string> Lines(Entry entry)
    {
        var start = entry.Kind + " " + Names.Escape(entry.Name) + " ";
        if (entry.Kind == "enum")
        {
            yield return start + "type " + entry.Underlying;
            foreach (var value in entry.Values.OrderBy(v => decimal.Parse(v.Number, CultureInfo.InvariantCulture)).ThenBy(v => v.Name, StringComparer.Ordinal))
            {
                yield return start + "value " + value.Number + " " + value.Name;
            }

            yield break;
        }

        if (entry.Kind == "struct")
        {
            yield return start + "size " + Text(entry.Size);
        }
        else
        {
            yield return start + "hash " + entry.Hash;
            yield return start + "schema " + entry.Schema;
        }

        if (entry.Version != 1)
        {
            yield return start + "version " + Text(entry.Version);
        }

        if (entry.Layout.Length > 0)
        {
            yield return start + "layout " + entry.Layout;
        }

        foreach (var alias in entry.Aliases)
        {
            yield return start + "alias " + Names.Escape(alias);
        }

        foreach (var upcast in entry.Upcasts.OrderBy(u => u.From))
        {
            yield return start + "upcast " + Text(upcast.From) + " " + upcast.Schema;
        }

        var word = entry.Kind == "struct" ? "field " : "member ";
        foreach (var member in entry.Members.OrderBy(m => m.Order))
        {
            yield return start + word + Text(member.Order) + " " + Names.Escape(member.Name) + " " + Names.Escape(member.Type) + (member.IsRequired ? " required" : "");
        }

        if (entry.Result.Length > 0)
        {
            yield return start + "result " + Names.Escape(entry.Result);
        }
    }

    private static bool TryNumber(string word, out int number) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
