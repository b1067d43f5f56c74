using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Tests;

/// <summary>The types of golden vectors that messages refuse, and foreign contracts that they do not.</summary>
public sealed class RefusedTests
{
    private const string Attributes = """
        namespace MemoryPack
        {
            /// <summary>As in the package.</summary>
            [AttributeUsage(AttributeTargets.All)]
            public sealed class MemoryPackableAttribute : Attribute { }
        }
        """;

    [Theory]
    [InlineData("HP0105", "[MemoryPack.MemoryPackable][System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)] public partial struct AutoLay { public byte A; public long B; public short C; public int D; }")]
    [InlineData("HP0100", "[MemoryPack.MemoryPackable] public partial class SysBag { public Type? T { get; set; } }")]
    [InlineData("HP0100", "[MemoryPack.MemoryPackable] public partial class SysBag { public TimeZoneInfo? Tz { get; set; } }")]
    [InlineData("HP0100", "[MemoryPack.MemoryPackable] public partial class BigBag { public System.Numerics.BigInteger Big { get; set; } public int After { get; set; } }")]
    [InlineData("HP0100", "[MemoryPack.MemoryPackable] public partial class BitBag { public System.Collections.BitArray? Bits { get; set; } public int After { get; set; } }")]
    [InlineData("HP0100", "[assembly: MessageType(typeof(Type))]")]
    [InlineData("HP0100", "[assembly: MessageType(typeof(TimeZoneInfo))]")]
    [InlineData("HP0100", "[assembly: MessageType(typeof(System.Collections.BitArray))]")]
    [InlineData("HP0100", "[assembly: MessageType(typeof(System.Numerics.BigInteger))]")]
    public void Refused(string id, string source) => Assert.Equal(id, Assert.Single(Harness.Diagnostics(Attributes, source)).Id);

    [Fact]
    public void AMemoryPackTypeOfAnAssemblyWithoutThisGeneratorIsReadAndWrittenWhereItIsUsed()
    {
        const string library = """
            using MemoryPack;
            namespace Lib;
            /// <summary>A contract.</summary>
            [MemoryPackable] public partial class Address { /// <summary>A.</summary>
                public string? Street { get; set; } /// <summary>N.</summary>
                public int Number { get; init; } }
            """;
        const string app = """
            /// <summary>Uses it.</summary>
            [Document] public sealed partial record Order(Lib.Address Ship, List<Lib.Address?> Others);
            """;
        var compilation = Harness.Compile(app).AddReferences(Reference(library));
        Assert.Empty(Harness.CompileGenerated(compilation));
        var generated = Harness.Run(compilation).GeneratedSources.Where(s => s.HintName.StartsWith("Order.", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, generated.Count);
        Assert.All(generated, s => Assert.Contains("internal static global::Lib.Address? Read", s.SourceText.ToString()));
    }

    [Theory]
    [InlineData("public class Address { public int N { get; set; } }", "HP0106")]
    [InlineData("public struct Address { public int N { get; set; } }", "HP0106")]
    public void ATypeOfAnotherAssemblyThatIsNotDataForOthersIsRefused(string declaration, string id)
    {
        var compilation = Harness.Compile("[Document] public sealed partial record Order(Dictionary<string, Lib.Address> Ship);").AddReferences(Reference($"using MemoryPack; namespace Lib; {declaration}"));
        var found = Assert.Single(Harness.Run(compilation).Diagnostics);
        Assert.Equal(id, found.Id);
    }

    private static MetadataReference Reference(string source)
    {
        var library = Harness.Compile("Lib", OutputKind.DynamicallyLinkedLibrary, Attributes, source);
        library = library.WithOptions(library.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default));
        using var image = new MemoryStream();
        var result = library.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
