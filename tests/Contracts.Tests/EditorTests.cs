namespace HighPerf.Contracts.Tests;

/// <summary>The diagnostics stand where the change was made, and each way out is a code fix that leads out.</summary>
public sealed class EditorTests
{
    private const string Old = """
        [Document("d")]
        public sealed partial record D(int A, string B);
        """;

    private const string OldTask = """
        namespace Shop;

        [Task("t")]
        public sealed partial class T
        {
            public static void Run(Guid id, List<string> names, Dictionary<string, int>? counts, Size size, Inner inner) { }
        }

        public enum Size { S, M }

        [Document]
        public sealed partial record Inner(DateTimeOffset At);
        """;

    public static TheoryData<string, string, string, string> Places => new()
    {
        { "HP0301", Old, "[Document(\"d\")] public sealed partial record D2; ".Replace("\"d\"", "\"e\"") + " public enum Nothing { }", "document d hash" },
        { "HP0301", "namespace N; [Document] public sealed partial record D(int A);", "namespace M; [Document] public sealed partial record D(int A);", "D" },
        { "HP0302", Old, "[Document(\"d\")] public sealed partial record D(int A);", "D" },
        { "HP0303", Old, "[Document(\"d\")] public sealed partial record D(int A, string C);", "C" },
        { "HP0304", Old, "[Document(\"d\")] public sealed partial record D(long A, string B);", "A" },
        { "HP0304", Old, "[Document(\"d\")] public sealed partial class D { public long A { get; set; } public string? B; }", "A" },
        { "HP0305", Old, "[Document(\"d\")] public sealed partial record D(int A, int New, string B);", "New" },
        { "HP0306", "[Task(\"t\")] public partial class T { public void Run() { } }", "[Task(\"t\")] public partial class T { public void Run(int needed) { } }", "needed" },
        { "HP0307", "[Document] public partial record D(E A); public enum E { X, Y }", "[Document] public partial record D(E A); public enum E { X }", "E" },
        { "HP0307", "[Document] public partial record D(E A); public enum E { X, Y }", "[Document] public partial record D(E A); public enum E { X, Y = 7 }", "Y" },
        { "HP0308", "[Document] public partial record D(P[] A); public struct P { public int X; }", "[Document] public partial record D(P[] A); public struct P { public long X; }", "P" },
        { "HP0309", "[Document(\"d\", Aliases = [\"c\"])] public partial record D(int A);", "[Document(\"d\")] public partial record D(int A);", "D" },
    };

    public static TheoryData<string, string, string, string> Fixes => new()
    {
        { "namespace N; [Document] public sealed partial record D(int A);", "namespace M; [Document] public sealed partial record D(int A);", "Receive under the former name 'N.D', too", "[Document(Aliases = [\"N.D\"])]" },
        {
            "namespace N; [Document(Aliases = [\"a\"])] public sealed partial record D(int A);", "namespace M; [Document(Aliases = [\"a\"])] public sealed partial record D(int A);",
            "Receive under the former name 'N.D', too", "[Document(Aliases = [\"a\", \"N.D\"])]"
        },
        { "namespace N; [Document] public sealed partial record D(int A);", "namespace M; [Document] public sealed partial record D(int A);", "Keep the wire name 'N.D'", "[Document(\"N.D\")]" },
        { "[Task] public partial class T { public void Run() { } }", "namespace N; [Task(MaxAttempts = 3)] public partial class T { public void Run() { } }", "Keep the wire name 'T'", "[Task(\"T\", MaxAttempts = 3)]" },
        { Old, "[Document(\"d\")] public sealed partial record D(int A, string C);", "Keep the name 'B' in messages", "(int A, [MemberName(\"B\")] string C)" },
        { Old, "[Document(\"d\")] public sealed partial class D\n{\n    public int A { get; set; }\n\n    public string? C { get; set; }\n}\n", "Keep the name 'B' in messages", "    [MemberName(\"B\")]" },
        { Old, "[Document(\"d\")] public sealed partial record D(int A);", "Make it version 2", "[Document(\"d\", Version = 2)] public sealed partial record D(int A);" },
        { Old, "[Document(\"d\")] public sealed partial record D(long A, string B);", "Make it version 2", "Version = 2" },
        { Old, "[Document(\"d\")] public sealed partial record D(long A, string B);", "Make it version 2 and read version 1", "public sealed partial record DV1(int A, string? B);" },
        { Old, "[Document(\"d\")] public sealed partial record D(string B, int A);", "Make it version 2 and read version 1", "[Upcast(from: 1)]" },
        { Old, "[Document(\"d\")] public sealed partial record D(long A, string B);", "Accept all contract changes into contracts.lock", "(long A, string B)" },
        {
            OldTask, OldTask.Replace("Size size, ", ""), "Make it version 2 and read version 1",
            "public sealed partial record TV1(Guid id, string[] names, Dictionary<string, int>? counts, Size size, Inner inner);"
        },
        { OldTask, OldTask.Replace("Size size, ", ""), "Make it version 2 and read version 1", "private static Arguments FromVersion1(TV1 old)" },
        { "[Task(\"t\")] public partial class T { public void Run() { } }", "[Task(\"t\")] public partial class T { public void Run(int needed) { } }", "Make it optional", "Run(int? needed = default)" },
        {
            "[Document(\"d\", Aliases = [\"c\"])] public partial record D(int A);", "[Document(\"d\")] public partial record D(int A);", "Receive under the former name 'c', too",
            "[Document(\"d\", Aliases = [\"c\"])]"
        },
        { "[Document] public partial record D(E A); public enum E { X, Y }", "[Document] public partial record D(E A); public enum E { X }", "Accept all contract changes into contracts.lock", "enum E { X }" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Is_reported_where_the_change_was_made(string id, string before, string after, string marked)
    {
        using var editor = new Editor(before, after);
        var diagnostic = Assert.Single(await editor.DiagnosticsAsync());
        Assert.Equal(id, diagnostic.Id);
        Assert.StartsWith(marked, await editor.MarkedAsync(diagnostic), StringComparison.Ordinal);
        Assert.EndsWith("dotnet build -p:HighPerfContracts=accept", diagnostic.GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_silent_about_what_is_compatible()
    {
        using var editor = new Editor(Old, "[Document(\"d\")] public sealed partial record D(int A, string B, string? C);");
        Assert.Empty(await editor.DiagnosticsAsync());
    }

    [Theory]
    [MemberData(nameof(Fixes))]
    public async Task A_fix_leads_out(string before, string after, string title, string expected)
    {
        using var editor = new Editor(before, after);
        var diagnostic = (await editor.DiagnosticsAsync())[0];
        var fixes = await editor.FixesAsync(diagnostic);
        var fix = Assert.Single(fixes, f => f.Title == title);
        Assert.Contains(expected, await editor.ApplyAsync(fix), StringComparison.Ordinal);
        Assert.Equal(fixes.Count, fixes.Select(f => f.EquivalenceKey).Distinct().Count());
    }
}
