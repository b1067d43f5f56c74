using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using HighPerf.Generated.Tests.Contracts;
using Xunit;

namespace HighPerf.Generated.Tests;

/// <summary>Whatever is written is read as what it was, whole and in segments. FsCheck prints the seed of a failure.</summary>
public sealed class PropertyTests
{
    private static readonly IArbMap Arbitraries = ArbMap.Default
        .MergeArb(Arb.From(Gen.Choose(0, int.MaxValue).Select(seed => Tree(new Random(seed), 6))))
        .MergeArb(Arb.From(ArbMap.Default.GeneratorFor<int[]>().Select(numbers => numbers.ToHashSet())))
        .MergeArb(Arb.From(ArbMap.Default.GeneratorFor<int[]>().Select(numbers => new SortedSet<int>(numbers))));

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(2000);

    [Fact]
    public void Values() => Check<AnyValues>();

    [Fact]
    public void Collections() => Check<AnyCollections>();

    [Fact]
    public void Tolerant() => Check<AnyTolerant>();

    [Fact]
    public void Trees() => Check<AnyTree>();

    private static void Check<T>()
        where T : class, IMessage<T>
        => Prop.ForAll(Arbitraries.ArbFor<T>(), Arbitraries.ArbFor<PositiveInt>(), (value, size) =>
        {
            var bytes = MessageSerializer.Serialize(value);
            var whole = MessageSerializer.Deserialize<T>(bytes);
            var segmented = MessageSerializer.Deserialize<T>(Codec.Segments(bytes, 1 + (size.Get % 64)));
            var expected = Text(value);
            return Json.JsonText.Read<T>(Json.JsonText.Write(value)) is var json && Codec.Write(json).AsSpan().SequenceEqual(bytes)
                && Text(whole) == expected && Text(segmented) == expected && MessageSerializer.Serialize(whole).AsSpan().SequenceEqual(bytes);
        }).Check(Thorough);

    private static AnyTree Tree(Random random, int depth) => new(
        random.Next(),
        depth == 0 || random.Next(2) == 0 ? null : Tree(random, depth - 1),
        random.Next(3) == 0 ? null : [.. Enumerable.Range(0, depth == 0 ? 0 : random.Next(3)).Select(_ => Tree(random, depth - 1))],
        random.Next(4) switch { 0 => null, 1 => "", 2 => "größe", _ => new string('n', random.Next(200)) });

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, Options);

    private static readonly JsonSerializerOptions Options = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals, IncludeFields = true, MaxDepth = 512 };
}
