using System.Reflection;
using HighPerf.Generated.Tests.Vectors;
using Xunit;

namespace HighPerf.Generated.Tests.Json;

/// <summary>Every contract of the golden vectors, with their values: what comes back from JSON is written as the same bytes.</summary>
public sealed class JsonVectorTests
{
    private static readonly Dictionary<string, Case> s_cases = VectorCases.All.Where(c => c is { Boxed.Type: not null, IsUnwritable: false } && IsContract(c.Boxed.Type) && c.Id != "p/circ/chain-140").ToDictionary(c => c.Id);

    // Inline arrays and structs with private memory.
    private static readonly Type[] s_opaque = [typeof(HasInline), typeof(BigStructs)];

    public static TheoryData<string> Ids => new(s_cases.Keys);

    [Fact]
    public void ThereAreMany() => Assert.InRange(s_cases.Count, 100, int.MaxValue);

    /// <summary>The one vector that is deeper than JSON is read.</summary>
    [Fact]
    public void AChainOf140IsTooDeep()
        => Assert.Contains("64 levels", Assert.Throws<MessageFormatException>(() => JsonText.Write((Vectors.Chain)VectorCases.All.Single(c => c.Id == "p/circ/chain-140").Boxed.Value!)).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Ids))]
    public void ComesBack(string id)
    {
        var (type, value) = s_cases[id].Boxed;
        typeof(JsonVectorTests).GetMethod(nameof(Check), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [value], null);
    }

    private static void Check<T>(T? value)
        where T : IMessage<T>
    {
        if (value is not null && s_opaque.Contains(typeof(T)))
        {
            Assert.Contains("has no JSON", Assert.Throws<MessageFormatException>(() => JsonText.Write(value)).Message, StringComparison.Ordinal);
            return;
        }

        var binary = Codec.Write(value);
        foreach (var options in new JsonMessageOptions[] { new(), new() { EnumsAsStrings = true, UnknownMembers = UnknownMembers.Refuse } })
        {
            var json = JsonText.Write(value, options);
            var again = Codec.Write(JsonText.Read<T>(json, options));
            Assert.True(binary.AsSpan().SequenceEqual(again), $"{json}\n{Convert.ToHexString(binary)}\n{Convert.ToHexString(again)}");
        }
    }

    private static bool IsContract(Type type) => type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IMessage<>) && i.GetGenericArguments()[0] == type);
}
