using HighPerf.Contracts.Locking;

namespace HighPerf.Contracts.Tests;

/// <summary>The file: sorted, one fact a line, the same text for the same contracts.</summary>
public sealed class LockFileTests
{
    private const string Source = """
        namespace Shop;
        public enum Color : byte { Red = 1, Blue = 4 }
        public readonly record struct Point(double X, double Y);
        [Document("shop.order", Aliases = ["shop.bestellung"])] public sealed partial record Order(Guid Id, List<Line> Lines, Color? Color, Point[] Way);
        [Document] public sealed partial class Line { public required string Text { get; set; } public Dictionary<string, decimal>? Prices { get; set; } }
        [Event("shop ordered #1")] public sealed partial record Ordered(Order Order);
        [Task] public sealed partial class Charge { public static Order? Run(TaskContext context, Order order, string? note, int retries = 3) => order; }
        [Task, Subscribe<Ordered>] public sealed partial class Hear { public static void Run(Ordered ordered) { } }
        """;

    [Fact]
    public void Has_a_fact_on_each_line()
    {
        var lines = Project.Model(Source).ToFile().Split('\n').Where(l => !l.Contains(" schema ") && !l.Contains(" hash ") && !l.StartsWith('#') && l.Length > 0);
        Assert.Equal(
            """
            command Shop.Charge member 0 order shop.bestellung required
            command Shop.Charge member 1 note string
            command Shop.Charge member 2 retries int
            command Shop.Charge result shop.bestellung
            command Shop.Hear member 0 ordered shop%0020ordered%0020%00231 required
            event shop%0020ordered%0020%00231 member 0 Order shop.bestellung
            document Shop.Line member 0 Text string required
            document Shop.Line member 1 Prices Dictionary<string,decimal>
            document shop.order alias shop.bestellung
            document shop.order member 0 Id Guid
            document shop.order member 1 Lines Shop.Line[]
            document shop.order member 2 Color Shop.Color?
            document shop.order member 3 Way Shop.Point[]
            enum Shop.Color type byte
            enum Shop.Color value 1 Red
            enum Shop.Color value 4 Blue
            struct Shop.Point size 16
            struct Shop.Point field 0 X double
            struct Shop.Point field 1 Y double
            """,
            string.Join("\n", lines));
    }

    [Fact]
    public void Is_read_as_it_was_written()
    {
        var model = Project.Model(Source);
        var read = ContractSet.Parse(model.ToFile(), fromFile: true);
        Assert.Equal(model.ToFile(), read.ToFile());
        Assert.Equal(model.ToText(), read.ToText());
        Assert.Empty(ContractComparer.Compare(read, model));
        Assert.Equal("shop ordered #1", Assert.Single(read.Contracts, c => c.Kind == "event").Name);
        Assert.Equal(model.ToFile(), ContractSet.Parse(model.ToFile().Replace("\n", "\r\n"), fromFile: true).ToFile());
    }

    [Fact]
    public void Does_not_depend_on_the_order_of_declarations()
    {
        var lines = Source.Split('\n');
        Assert.Equal(Project.Model(Source).ToFile(), Project.Model(string.Join('\n', lines.Take(1).Concat(lines.Skip(1).Reverse()))).ToFile());
    }

    [Theory]
    [InlineData("<<<<<<< HEAD")]
    [InlineData("document d member x A int")]
    [InlineData("document d member 0 A int maybe")]
    [InlineData("something d member 0 A int")]
    [InlineData("document d colour red")]
    public void A_line_that_is_none_is_an_error_with_its_number(string line)
        => Assert.Equal(2, Assert.Throws<LockFormatException>(() => ContractSet.Parse("# comment\n" + line + "\n", fromFile: true)).Line);

    [Theory]
    [InlineData("a")]
    [InlineData("a b\tc")]
    [InlineData("100% #1")]
    [InlineData("größe\u2028😀")]
    public void Names_are_one_word(string name)
    {
        var word = Names.Escape(name);
        Assert.DoesNotContain(word, char.IsWhiteSpace);
        Assert.Equal(name, Names.Unescape(word));
        Assert.Equal(word, Generators.Contracts.SchemaNames.Escape(name));
    }
}
