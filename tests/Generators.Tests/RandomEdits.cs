using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace HighPerf.Generators.Tests;

/// <summary>Edits as somebody, or nobody, would make them: a token, a member, a file. Those that leave a right program are the more frequent ones.</summary>
internal sealed class RandomEdits(int seed)
{
    private static readonly string[] Types = ["int", "long", "string", "string?", "Size", "Kind", "Place", "Line?", "Box<int>", "List<Line>", "(int, Size)", "IShape?", "Amount", "Missing"];
    private static readonly string[] Words = ["public", "private", "partial", "static", "sealed", "readonly", "required", "?", ";", "{", "}", ")", ",", "[Document]", "struct", "class", "enum", "#nullable disable\n", "= 5"];
    private static readonly string[] Members =
    [
        "private int _f;", "public string? Note { get; set; }", "public const int Count = 7;", "public Size Room;", "public void Run(Line line) { }", "[IgnoreMember] public int Skipped;",
        "public int M(int a) { return a; }", "public static int Total => 1;", "public struct Size { public byte B; }", "private static void Nothing() { }", "public int Get() => text.Length;",
    ];

    private readonly Random _random = new(seed);
    private int _files;

    /// <summary>Makes an edit and says which.</summary>
    public string Make(Session session, IReadOnlyList<(string Path, string Text)> originals)
    {
        var (path, original) = originals[_random.Next(originals.Count)];
        var exists = session.Compilation.SyntaxTrees.Any(t => t.FilePath == path);
        switch (_random.Next(30))
        {
            case 0 when exists:
                session.Remove(path);
                return "removed " + path;
            case 1:
                session.Add($"New{_files++}.cs", _random.Next(2) == 0 ? "namespace Shop; internal class New { }" : "namespace Shop.Work { public struct Size { public short S; } }");
                return "added a file";
            case < 12 when exists && session.Text(path) != original:
                session.Edit(path, original);
                return "restored " + path;
        }

        if (!exists)
        {
            session.Add(path, original);
            return "added " + path;
        }

        var text = session.Text(path);
        var edited = Edited(text);
        session.Edit(path, edited);
        return path + ": " + edited;
    }

    private string Edited(string text)
    {
        var root = CSharpSyntaxTree.ParseText(text, Harness.ParseOptions).GetRoot();
        var tokens = root.DescendantTokens().Where(static t => t.Span.Length > 0).ToList();
        var types = root.DescendantNodes().OfType<TypeDeclarationSyntax>().Where(static t => !t.OpenBraceToken.IsMissing && t.OpenBraceToken.RawKind != 0).ToList();
        switch (_random.Next(16))
        {
            case < 4 when types.Count > 0:
                return text.Insert(Pick(types).OpenBraceToken.Span.End, " " + Pick(Members) + " ");
            case 4 when types.Any(static t => t.Members.Count > 0):
                return Replace(text, Pick(Pick([.. types.Where(static t => t.Members.Count > 0)]).Members.ToList()).FullSpan, "");
            case < 9 when root.DescendantNodes().OfType<TypeSyntax>().Where(static t => t.Parent is ParameterSyntax or VariableDeclarationSyntax or PropertyDeclarationSyntax).ToList() is { Count: > 0 } named:
                return Replace(text, Pick(named).Span, Pick(Types));
            case < 12 when tokens.Where(static t => t.RawKind is (int)SyntaxKind.NumericLiteralToken or (int)SyntaxKind.StringLiteralToken).ToList() is { Count: > 0 } constants:
                var constant = Pick(constants);
                return Replace(text, constant.Span, constant.IsKind(SyntaxKind.NumericLiteralToken) ? _random.Next(1, 9).ToString() : $"\"text{_random.Next(9)}\"");
            case 12 when root.DescendantNodes().OfType<BlockSyntax>().ToList() is { Count: > 0 } bodies:
                return text.Insert(Pick(bodies).OpenBraceToken.Span.End, _random.Next(2) == 0 ? " _ = 1; " : " _ = text; ");
            case 13 when tokens.Count > 0:
                return text.Insert(Pick(tokens).Span.End, " " + Pick(Words) + " ");
            case 14 when tokens.Count > 0:
                return Replace(text, Pick(tokens).Span, "");
            default:
                return tokens.Count > 0 ? Replace(text, Pick(tokens).Span, Pick(tokens).Text) : "class C { }";
        }
    }

    private static string Replace(string text, TextSpan span, string with) => text.Remove(span.Start, span.Length).Insert(span.Start, with);

    private T Pick<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];
}
