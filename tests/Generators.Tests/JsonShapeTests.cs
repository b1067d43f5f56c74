using HighPerf.Generators.Emission;
using HighPerf.Generators.Emission.Json;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Tests;

/// <summary>Every shape that the binary codec knows has a JSON form, or is named here as one that has none.</summary>
public sealed class JsonShapeTests
{
    private static readonly FixedShape Int = FixedShape.Of("int", FixedKind.Plain, 4, 4);

    [Fact]
    public void EveryKindOfShapeIsWrittenAndRead()
    {
        var shapes = Shapes().ToList();
        var missing = typeof(Shape).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Shape)) && shapes.All(s => s.GetType() != t)).Select(t => t.Name);
        Assert.Empty(missing);
        foreach (var shape in shapes)
        {
            var codec = new JsonCodecEmitter(new[] { ContractBody.Empty("Inlined", "Inlined", false, BodyLayout.Ordinary) }.ToEquatableArray());
            Assert.NotEmpty(codec.Write(shape, "value"));
            Assert.NotEmpty(codec.Read(shape));
            codec.EmitHelpers(new SourceWriter());
        }
    }

    /// <summary>Every layout of a contract.</summary>
    [Fact]
    public void EveryLayoutIsWrittenAndRead()
    {
        foreach (var layout in Enum.GetValues<BodyLayout>())
        {
            var body = ContractBody.Empty("T", "T", false, layout) with { Whole = layout == BodyLayout.Whole ? Int : null };
            var codec = new JsonCodecEmitter(default);
            var output = new SourceWriter();
            JsonBodyEmitter.Write(output, codec, body);
            JsonBodyEmitter.Read(output, codec, body, "Find");
            Assert.NotEmpty(output.ToString());
        }
    }

    /// <summary>The fixed-size types that the binary codec knows by name.</summary>
    [Fact]
    public void EveryPrimitiveHasItsMethods()
    {
        const string source = """
            [Document] public sealed partial class All {
                public bool A; public byte B; public sbyte C; public short D; public ushort E; public int F; public uint G; public long H; public ulong I; public char J;
                public float K; public double L; public decimal M; public nint N; public nuint O; public Half P; public Int128 Q; public UInt128 R; public Guid S;
                public DateTime T; public DateTimeOffset U; public TimeSpan V; public DateOnly W; public TimeOnly X; public Index Y; public Range Z; public System.Text.Rune Aa;
                public System.Numerics.Complex Ab; public System.Numerics.Vector2 Ac; public System.Numerics.Vector3 Ad; public System.Numerics.Vector4 Ae;
                public System.Numerics.Quaternion Af; public System.Numerics.Plane Ag; public System.Numerics.Matrix3x2 Ah; public System.Numerics.Matrix4x4 Ai; public DayOfWeek Aj;
            }
            """;
        Assert.All(Harness.CompileGenerated(Harness.Compile(source)), d => Assert.Equal("CS1591", d.Id));
    }

    [Theory]
    [InlineData("Name", "name")]
    [InlineData("URL", "url")]
    [InlineData("IPAddress", "ipAddress")]
    [InlineData("already", "already")]
    [InlineData("A", "a")]
    [InlineData("ÄPfel", "äPfel")]
    [InlineData("_x", "_x")]
    [InlineData("ID2", "iD2")]
    public void CamelCase(string name, string expected)
        => Assert.Equal(expected, Parsing.JsonNames.CamelCase(name));

    private static IEnumerable<Shape> Shapes()
    {
        yield return Int;
        yield return FixedShape.NullableOf(Int);
        yield return FixedShape.PairOf("Pair", Int, Int);
        yield return new FixedShape("(int, int)", FixedKind.Tuple, 8, 4, new[] { Int, Int }.ToEquatableArray(), default);
        yield return Int with { TypeName = "E", Json = new JsonEnum("int", new[] { new JsonEnumMember("A", "1") }.ToEquatableArray()) };
        yield return Int with { TypeName = "S", Json = new JsonStruct(false, false, default, default, default) };
        yield return Int with { TypeName = "S", Json = new JsonStruct(true, true, default, default, default) };
        yield return new ContractShape("C", ContractKind.Class, false);
        yield return new ContractShape("Inlined", ContractKind.Class, true);
        yield return new NullableShape("S?", new ContractShape("S", ContractKind.Struct, false));
        yield return new LazyShape("Lazy", Int, "int");
        yield return new FormatterShape("F", "Formatter", true);
        yield return new MatrixShape("int[,]", 2, Int, "int");
        var elements = new SequenceShape("IEnumerable<int>", SequenceKind.ReadOnlyInterface, Int, "int");
        yield return new GroupShape("ILookup<int, int>", true, Int, "int", elements);
        yield return new GroupShape("IGrouping<int, int>", false, Int, "int", elements);
        foreach (var kind in Enum.GetValues<TextKind>())
        {
            yield return new TextShape("text", kind);
        }

        foreach (var kind in Enum.GetValues<TupleKind>())
        {
            yield return new TupleShape("tuple", kind, new Shape[] { Int, elements }.ToEquatableArray());
        }

        foreach (var kind in Enum.GetValues<SequenceKind>())
        {
            yield return new SequenceShape("sequence", kind, Int, "int");
        }

        foreach (var kind in Enum.GetValues<DictionaryKind>())
        {
            yield return new DictionaryShape("dictionary", kind, Int, "int", Int, "int");
            yield return new DictionaryShape("dictionary", kind, new TextShape("string", TextKind.String), "string", elements, "IEnumerable<int>");
        }
    }
}
