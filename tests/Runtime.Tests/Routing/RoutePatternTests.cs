using HighPerf.Routing;
using HighPerf.TestKit;
using HighPerf.Transports;

namespace HighPerf.Tests.Routing;

public sealed class RoutePatternTests
{
    [Theory]
    [InlineData("*", "anything", true)]
    [InlineData("*", "", true)]
    [InlineData("a.b", "a.b", true)]
    [InlineData("a.b", "a.bc", false)]
    [InlineData("A.b", "a.b", false)]
    [InlineData("Billing.*", "Billing.Invoice", true)]
    [InlineData("Billing.*", "Billing.", true)]
    [InlineData("Billing.*", "Billing", false)]
    [InlineData("*.Invoice", "Billing.Invoice", true)]
    [InlineData("*.Invoice", "Invoice", false)]
    [InlineData("a*b*c", "abc", true)]
    [InlineData("a*b*c", "aXbYc", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("a*a", "a", false)]
    [InlineData("a*a", "aa", true)]
    [InlineData("ab*ba", "aba", false)]
    [InlineData("*x*", "axb", true)]
    [InlineData("*x*x*", "ax", false)]
    [InlineData("**", "a", true)]
    public void Patterns_match(string pattern, string name, bool expected) => Assert.Equal(expected, new RoutePattern(pattern).IsMatch(name));

    [Fact]
    public void Patterns_agree_with_a_regular_expression()
    {
        var random = new Random(17);
        for (var i = 0; i < 20_000; i++)
        {
            var pattern = Text(random, "ab*", 1, 6);
            var name = Text(random, "ab", 0, 7);
            var expected = System.Text.RegularExpressions.Regex.IsMatch(name, $"^{System.Text.RegularExpressions.Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$");
            Assert.True(expected == new RoutePattern(pattern).IsMatch(name), $"'{pattern}' and '{name}'");
        }
    }

    [Fact]
    public void The_most_specific_rule_wins_and_a_later_one_on_a_tie()
    {
        using var transports = new Transports();
        Assert.Equal("main/declared", transports.Resolve([], "x.Task", "declared"));
        Assert.Equal("main/fallback", transports.Resolve([], "x.Task", null));
        Assert.Equal("main/exact", transports.Resolve([Rule("x.*", null, "wide"), Rule("x.Task", null, "exact"), Rule("*", null, "all")], "x.Task", "declared"));
        Assert.Equal("main/later", transports.Resolve([Rule("x.*k", null, "first"), Rule("x.*s", null, "no"), Rule("x*sk", null, "later")], "x.Task", null));
        Assert.Equal("other/declared", transports.Resolve([Rule("*", "other", null)], "x.Task", "declared"));
        Assert.Equal("other/fallback", transports.Resolve([Rule("*", "OTHER", null)], "x.Task", null));
        Assert.Equal("main/q", transports.Queue("q"));
        Assert.Equal("other/q", transports.Queue("other/q"));
        Assert.Contains("There is no broker 'none'. Known: main, other", Assert.Throws<HighPerfException>(() => transports.Queue("none/q")).Message, StringComparison.Ordinal);
    }

    private static RouteRule Rule(string pattern, string? broker, string? queue) => new(new RoutePattern(pattern), broker, queue);

    private static string Text(Random random, string alphabet, int least, int most)
        => string.Concat(Enumerable.Range(0, random.Next(least, most)).Select(_ => alphabet[random.Next(alphabet.Length)]));

    private sealed class Transports : IDisposable
    {
        private readonly InMemoryTransport _main = new("main");
        private readonly InMemoryTransport _other = new("other");
        private readonly TransportRegistry _registry;

        public Transports() => _registry = new TransportRegistry([_main, _other]);

        public string Resolve(RouteRule[] rules, string name, string? declared)
            => new RouteTable(rules, _registry, "fallback").Resolve(new MessageDescriptor(MessageKind.Command, name, 0), declared).ToString();

        public string Queue(string text) => new RouteTable([], _registry, "fallback").ResolveQueue(text).ToString();

        public void Dispose()
        {
        }
    }
}
