using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Tests;

/// <summary>Each diagnostic: fires where it should, points at the right place, is silent on what is right, and obeys #pragma.</summary>
public sealed class DiagnosticTests
{
    public static TheoryData<int, string> Cases
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var i = 0; i < DiagnosticCases.All.Length; i++)
            {
                data.Add(i, DiagnosticCases.All[i].Id);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Hit(int index, string id)
    {
        var one = DiagnosticCases.All[index];
        var found = Assert.Single(Harness.Diagnostics(one.Hit));
        Assert.Equal(id, found.Id);
        Assert.True(found.Location.IsInSource);
        Assert.Equal(one.At, found.Location.SourceTree!.GetText().ToString(found.Location.SourceSpan));
        Assert.DoesNotContain("{", found.GetMessage());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void NearMiss(int index, string id)
    {
        var found = Harness.Diagnostics(DiagnosticCases.All[index].NearMiss);
        Assert.True(found.IsEmpty, $"{id}: {string.Join("; ", found)}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pragma(int index, string id)
        => Assert.Empty(Harness.Diagnostics($"#pragma warning disable {id}\n" + DiagnosticCases.All[index].Hit));

    [Fact]
    public void AModelWithAnErrorWritesNothingForThatType()
        => Assert.DoesNotContain(Harness.Generate("[Task] public class C { public void Run() { } }").Keys, k => k.StartsWith('C'));

    [Fact]
    public void HashCollision()
    {
        DeclaredName[] names = [new("a", "A", null), new("b", "B", null), new("c", "C", null)];
        var found = Assert.Single(NameCheck.Run(names, n => n == "c" ? 1UL : 0UL));
        Assert.Equal("HP0011", found.Id);
        Assert.Equal(["a", "A", "b", "B"], found.Arguments);
        Assert.Empty(NameCheck.Run(names, n => n[0]));
    }

    [Fact]
    public void HashIsTheRuntimes()
    {
        foreach (var name in new[] { "", "a", "Shop.Billing.ChargeCard", "größe" })
        {
            Assert.Equal(HighPerf.Messages.WireHash.Of(name), HighPerf.Generators.Emission.Fnv.Hash(name));
        }
    }
}
