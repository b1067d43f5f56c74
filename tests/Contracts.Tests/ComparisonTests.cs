using HighPerf.Contracts.Locking;

namespace HighPerf.Contracts.Tests;

/// <summary>What is compatible and what is not, and what is said about it.</summary>
public sealed class ComparisonTests
{
    private const string Doc = "[Document(\"d\")] public sealed partial record D";
    private const string Run = "[Task(\"t\")] public partial class T { public void Run";

    public static TheoryData<string, string> Compatible => new()
    {
        // Nothing.
        { Doc + "(int A);", Doc + "(int A);" },

        // Members at the end.
        { Doc + "(int A);", Doc + "(int A, string? B, string C, Guid G);" },
        { Doc + ";", Doc + "(int A);" },
        { Run + "(int a) { } }", Run + "(int a, int b = 3, string? c = null) { } }" },
        { Run + "(int a) { } }", Run + "(int a, string? c) { } }" },

        // What is not in the message.
        { Doc + "(int A);", Doc + "(int A) { [IgnoreMember] public int B => A; }" },
        { Run + "(int a) { } }", Run + "(TaskContext context, int a, CancellationToken token) { } }" },
        { Run + "(int a = 1) { } }", Run + "(int a = 2) { } }" },

        // The same bytes.
        { Doc + "(int[] A);", Doc + "(List<int> A);" },
        { Doc + "(IReadOnlyList<string> A);", Doc + "(HashSet<string?>? A);" },
        { Doc + "(Dictionary<int, string> A);", Doc + "(IReadOnlyDictionary<int, string> A);" },
        { Doc + "(string A);", Doc + "(string? A);" },
        { "[Document(\"d\")] public sealed partial class D { public string? A { get; set; } }", Doc + "(string? A);" },

        // Names.
        { Doc + "(int A);", Doc + "([MemberName(\"A\")] int B);" },
        { Doc + "(int A);", "[Document(\"d\")] public sealed partial class Other { [MemberName(\"A\")] public int B { get; set; } }" },
        { Run + "(int a) { } }", Run + "([MemberName(\"a\")] int b) { } }" },
        { "[Document] public sealed partial record D(int A);", "[Document(\"D\")] public sealed partial record E(int A);" },
        { "[Document] public sealed partial record D(int A);", "[Document(Aliases = [\"D\"])] public sealed partial record E(int A);" },
        { Doc + "(In I); [Document] public sealed partial record In(int A);", Doc + "(Ny I); [Document(Aliases = [\"In\"])] public sealed partial record Ny(int A);" },

        // Enums.
        { Doc + "(E A); public enum E { X, Y }", Doc + "(E A); public enum E { X, Y, Z }" },
        { Doc + "(E A); public enum E { X, Y }", Doc + "(F A); public enum F { X, Y, Z }" },
        { Doc + "(E?[] A); public enum E { X, Y }", Doc + "(List<F?> A); public enum F { X, Y }" },

        // Structs.
        { Doc + "(P A); public struct P { public int X; public byte Y; }", Doc + "(Q A); public struct Q { public int X; public byte Y; }" },

        // New contracts, new results.
        { Doc + "(int A);", Doc + "(int A); [Event] public sealed partial record E(int A);" },
        { Run + "(int a) { } }", "[Task(\"t\")] public partial class T { public int Run(int a) => a; }" },

        // A new version.
        { Doc + "(int A);", "[Document(\"d\", Version = 2)] public sealed partial record D(string A);" },
        { Doc + "(int A);", "[Document] public sealed partial record V1(int A); [Document(\"d\", Version = 2)] public sealed partial record D(string A) { [Upcast(from: 1)] private static D From(V1 old) => new($\"{old.A}\"); }" },
        { Run + "(int a) { } }", "[Document] public sealed partial record V1(int A); [Task(\"t\", Version = 2)] public partial class T { public void Run(string a) { } [Upcast(from: 1)] private static Arguments From(V1 old) => new($\"{old.A}\"); }" },
    };

    public static TheoryData<string, string, string, string> Incompatible => new()
    {
        { "HP0301", Doc + "(int A);", "[Document] public sealed partial record E(string B);", "'d' is gone" },
        { "HP0301", Doc + "(int A);", "[Document] public sealed partial record E(int A);", "'d' is called 'E' now" },
        { "HP0301", Doc + "(int A);", "[Event(\"d\")] public sealed partial record D(int A);", "'d' is gone" },
        { "HP0302", Doc + "(int A, string B);", Doc + "(int A);", "'B' (string)" },
        { "HP0302", Doc + "(int A, string B);", Doc + "(string B);", "'A' (int)" },
        { "HP0303", Doc + "(int A, string B);", Doc + "(int A, string C);", "'B' of the document 'd' is called 'C' now" },
        { "HP0303", Run + "(int a) { } }", Run + "(int b) { } }", "[MemberName(\"a\")]" },
        { "HP0304", Doc + "(int A);", Doc + "(long A);", "was 'int' and is 'long'" },
        { "HP0304", Doc + "(int A);", Doc + "(int? A);", "was 'int' and is 'int?'" },
        { "HP0304", Doc + "(int[] A);", Doc + "(long[] A);", "was 'int[]' and is 'long[]'" },
        { "HP0304", "[Task(\"t\")] public partial class T { public int Run() => 1; }", "[Task(\"t\")] public partial class T { public long Run() => 1; }", "The result of the command 't'" },
        { "HP0304", "[Task(\"t\")] public partial class T { public int Run() => 1; }", "[Task(\"t\")] public partial class T { public void Run() { } }", "has no result any more" },
        { "HP0304", Doc + "(E A); public enum E { X }", Doc + "(int A);", "was 'E' and is 'int'" },
        { "HP0305", Doc + "(int A, string B);", Doc + "(string B, int A);", "changed places" },
        { "HP0305", Doc + "(int A, string B);", Doc + "(int A, Guid New, string B);", "'New' of the document 'd' stands before others" },
        { "HP0306", Run + "(int a) { } }", Run + "(int a, int b) { } }", "'b' of the command 't' is new" },
        { "HP0306", Run + "(int a, int b = 1) { } }", Run + "(int a, int b) { } }", "'b' of the command 't' could be missing" },
        { "HP0306", "[Document(\"d\")] public partial class D { public int A { get; set; } }", "[Document(\"d\")] public partial class D { public int A { get; set; } public required string B { get; set; } }", "'B' of the document 'd' is new" },
        { "HP0307", Doc + "(E A); public enum E { X, Y }", Doc + "(E A); public enum E { X }", "E.Y (1) is gone" },
        { "HP0307", Doc + "(E A); public enum E { X, Y }", Doc + "(E A); public enum E { X, Y = 5 }", "E.Y was 1 and is 5" },
        { "HP0307", Doc + "(E A); public enum E { X, Y }", Doc + "(E A); public enum E { X, Z }", "called Z now" },
        { "HP0307", Doc + "(E A); public enum E { X }", Doc + "(E A); public enum E : byte { X }", "was 'int' and is 'byte'" },
        { "HP0308", Doc + "(P A); public struct P { public int X; }", Doc + "(P A); public struct P { public int X; public int Y; }", "The struct P" },
        { "HP0308", "[Document(\"d\")] public partial record struct D(int A);", "[Document(\"d\")] public partial record struct D(int A, int B);", "its fields changed" },
        { "HP0308", "[Document(\"d\")] public partial record struct D(int A);", Doc + "(int A);", "was laid out raw and is as an object" },
        { "HP0309", "[Document(\"d\", Aliases = [\"old\"])] public sealed partial record D(int A);", Doc + "(int A);", "former name 'old'" },
        { "HP0309", "[Document(\"d\", Version = 2)] public sealed partial record D(int A);", Doc + "(int A);", "went back from version 2 to 1" },
        {
            "HP0309", "[Document] public sealed partial record V1(int A); [Document(\"d\", Version = 2)] public sealed partial record D(string A) { [Upcast(from: 1)] private static D From(V1 old) => new(\"\"); }",
            "[Document] public sealed partial record V1(int A); [Document(\"d\", Version = 2)] public sealed partial record D(string A);", "no longer reads its version 1"
        },
        {
            "HP0309", Doc + "(int A);",
            "[Document] public sealed partial record V1(long A); [Document(\"d\", Version = 2)] public sealed partial record D(string A) { [Upcast(from: 1)] private static D From(V1 old) => new(\"\"); }", "has not the members of version 1"
        },
    };

    [Theory]
    [MemberData(nameof(Compatible))]
    public void Is_compatible(string before, string after) => Assert.Empty(Project.Compare(before, after).Select(c => c.Message));

    [Theory]
    [MemberData(nameof(Incompatible))]
    public void Is_not(string id, string before, string after, string says)
    {
        var change = Assert.Single(Project.Compare(before, after));
        Assert.Equal(id, change.Id);
        Assert.Contains(says, change.Message, StringComparison.Ordinal);
        Assert.EndsWith(Change.Accept, change.Message, StringComparison.Ordinal);
        Assert.True(change.Line > 3);
        Assert.True(change.WaysOut.Length > 10);
    }

    [Fact]
    public void Every_change_is_reported_at_once()
    {
        var changes = Project.Compare(Doc + "(int A, string B, E C); public enum E { X, Y }", Doc + "(long A, E C); public enum E { X }");
        Assert.Equal(["HP0302", "HP0304", "HP0307"], changes.Select(c => c.Id).Order());
    }

    /// <summary>A layout that finds members by their number may grow anywhere; what has a number keeps it.</summary>
    [Theory]
    [InlineData("member 0 A int\nmember 2 B string", "member 0 A int\nmember 1 New int\nmember 2 B string", null)]
    [InlineData("member 0 A int\nmember 2 B string", "member 0 A int\nmember 2 B string\nmember 7 C int", null)]
    [InlineData("member 0 A int\nmember 2 B string", "member 0 A int", ChangeKind.MemberRemoved)]
    [InlineData("member 0 A int\nmember 2 B string", "member 0 A int\nmember 3 B string", ChangeKind.MembersReordered)]
    [InlineData("member 0 A int\nmember 2 B string", "member 0 A int\nmember 2 C string", ChangeKind.MemberRenamed)]
    [InlineData("member 0 A int\nmember 2 B string", "member 0 A long\nmember 2 B string", ChangeKind.MemberRetyped)]
    public void A_tolerant_layout(string before, string after, object? kind)
    {
        var changes = ContractComparer.Compare(Tolerant(before), Tolerant(after));
        Assert.Equal(kind is null ? [] : [(ChangeKind)kind], changes.Select(c => c.Kind));
    }

    private static ContractSet Tolerant(string members)
        => ContractSet.Parse("document d layout tolerant\n" + string.Join("\n", members.Split('\n').Select(m => "document d " + m)), fromFile: true);
}
