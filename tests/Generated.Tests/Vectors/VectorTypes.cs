// The declarations of the golden vectors as they are, with MemoryPack's attributes: they are understood by name.
#nullable enable
#pragma warning disable CA1050, CA1051, CA1711, CA1720, CA1815, CA1852, CA2211, CS0169, CS0414, CS0649, IDE0040, IDE0044, IDE0051
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using MemoryPack;

namespace HighPerf.Generated.Tests.Vectors;

public enum LvByte : byte { None, Low = 1, High = 200 }

public enum LvSByte : sbyte { Neg = -5, Zero = 0, Pos = 7 }

public enum LvShort : short { A = -3000, B = 12 }

public enum LvUShort : ushort { A = 1, B = 60000 }

public enum LvInt { Queued, Running = 10, Done = -1 }

[Flags] public enum LvUInt : uint { None = 0, X = 1, Y = 2, Top = 0x80000000 }

public enum LvLong : long { Small = 1, Big = 0x0102030405060708, Neg = -9 }

public enum LvULong : ulong { Zero, Max = ulong.MaxValue }

[MemoryPackable] public partial class Nothing { }

[MemoryPackable] public partial struct NothingStruct { }

[MemoryPackable]
public partial class PrimBag
{
    public bool Flag { get; set; }
    public byte U8 { get; set; }
    public sbyte I8 { get; set; }
    public short I16 { get; set; }
    public ushort U16 { get; set; }
    public int I32 { get; set; }
    public uint U32 { get; set; }
    public long I64 { get; set; }
    public ulong U64 { get; set; }
    public char Ch { get; set; }
    public float F32 { get; set; }
    public double F64 { get; set; }
    public decimal Dec { get; set; }
    public Half F16 { get; set; }
    public Int128 I128 { get; set; }
    public UInt128 U128 { get; set; }
    public nint NI { get; set; }
    public nuint NU { get; set; }
}

[MemoryPackable]
public partial class NullableBag
{
    public bool? B { get; set; }
    public byte? U8 { get; set; }
    public short? I16 { get; set; }
    public int? I32 { get; set; }
    public long? I64 { get; set; }
    public double? F64 { get; set; }
    public decimal? Dec { get; set; }
    public Guid? Id { get; set; }
    public DateTime? At { get; set; }
    public DateTimeOffset? Off { get; set; }
    public TimeSpan? Span { get; set; }
    public LvByte? Lv { get; set; }
    public DateOnly? Day { get; set; }
    public TimeOnly? Clock { get; set; }
    public char? Ch { get; set; }
}

[MemoryPackable]
public partial class TimeBag
{
    public Guid Id;
    public DateTime At;
    public DateTimeOffset Off;
    public TimeSpan Span;
    public DateOnly Day;
    public TimeOnly Clock;
}

[MemoryPackable]
public partial class StrBag { public string? A { get; set; } public string? B { get; set; } public string? C { get; set; } }

[MemoryPackable]
public partial class MixedRun { public int A; public long B; public string? C; public byte D; public short E; public string? F; public double G; }

[MemoryPackable]
public partial class EnumBag { public LvByte A; public LvSByte B; public LvShort C; public LvUShort D; public LvInt E; public LvUInt F; public LvLong G; public LvULong H; }

[MemoryPackable] public partial record JobCommand(Guid Id, int Priority, decimal Cost, DateTimeOffset Due, string Name);

[MemoryPackable] public partial record JobEnvelope(string Topic, JobCommand? Body, Dictionary<string, string>? Headers, byte[]? Raw) { public int Attempt { get; init; } }

[MemoryPackable] public partial class Address { public string? Street { get; set; } public string? City { get; set; } public int Zip { get; set; } }

[MemoryPackable] public partial class Line { public int Sku { get; set; } public decimal Price { get; set; } public string? Note { get; set; } }

[MemoryPackable]
public partial class Order
{
    public long Id { get; set; }
    public Address? Ship { get; set; }
    public Address? Bill { get; set; }
    public List<Line>? Lines { get; set; }
    public Line[]? Extra { get; set; }
    public Dictionary<string, Address>? Book { get; set; }
    public List<Line?>? MaybeLines { get; set; }
}

[MemoryPackable] public partial class Tree { public int V { get; set; } public Tree? L { get; set; } public Tree? R { get; set; } }

[MemoryPackable] public partial struct Pt3 { public float X; public float Y; public float Z; }

[MemoryPackable] public partial struct Padded { public byte A; public long B; public short C; }

[MemoryPackable][StructLayout(LayoutKind.Sequential, Pack = 1)] public partial struct Pack1 { public byte A; public long B; public short C; }

[MemoryPackable][StructLayout(LayoutKind.Explicit, Size = 12)] public partial struct Overlap { [FieldOffset(0)] public int I; [FieldOffset(0)] public float F; [FieldOffset(8)] public short S; }

[MemoryPackable] public partial struct NestPad { public byte Tag; public Padded Inner; public bool Flag; }

[MemoryPackable] public partial struct WithDto { public int N; public DateTimeOffset When; public byte Z; }

[MemoryPackable] public partial struct WithNullable { public int? A; public byte B; public Guid? C; }

[MemoryPackable] public partial struct With128 { public byte A; public Int128 B; public int C; }

[MemoryPackable] public partial struct EnumStruct { public LvByte A; public LvLong B; public char C; public bool D; }

[InlineArray(4)] public struct Buf4 { private int _e0; }

[MemoryPackable] public partial struct HasInline { public short Head; public Buf4 Buf; }

[MemoryPackable] public partial record struct RsU(int Id, double Score);

[MemoryPackable] public readonly partial record struct RoRsU(short A, long B);

[MemoryPackable] public readonly partial struct RoU { public readonly int A; public readonly int B; public RoU(int a, int b) { A = a; B = b; } }

public struct PlainU { public int A; public int B; }

[MemoryPackable]
public partial class HoldsU
{
    public byte Lead;
    public Pt3 P;
    public Padded Q;
    public PlainU Plain;
    public Padded? MaybeQ;
    public Pt3[]? Ps;
    public List<Padded>? Qs;
    public Padded?[]? MaybeQs;
    public (int, byte) T;
    public KeyValuePair<byte, long> K;
}

[MemoryPackable] public partial struct TagS { public int Id; public string? Name; }

[MemoryPackable] public readonly partial struct RoTagS { public int Id { get; } public string? Name { get; } public RoTagS(int id, string? name) { Id = id; Name = name; } }

[MemoryPackable] public partial record struct RsM(string? Name, int N);

[MemoryPackable] public readonly partial record struct RoRsM(int N, List<int>? Items);

[MemoryPackable] public partial class HoldsM { public TagS A; public TagS? B; public TagS? C; public TagS[]? D; public List<RsM>? E; public RoTagS F; public List<TagS?>? G; }

[MemoryPackable] public partial class InitOnly { public int A { get; init; } public string? B { get; init; } public required long C { get; init; } public required string D { get; set; } }

[MemoryPackable]
public partial class PrivParts
{
    public static int Ignored0 = 9;
    public const int Ignored1 = 8;
    [MemoryPackInclude] private int secret;
    [MemoryPackIgnore] public int Skip { get; set; }
    public int Shown { get; set; }
    protected int hiddenProt;
    internal int hiddenInt;
    public int this[int i] => i;
    public int SetOnly { set { } }
    public int GetPriv { get; private set; }
    public PrivParts() { }
    public static PrivParts Make(int secret, int shown, int priv) => new PrivParts { secret = secret, Shown = shown, GetPriv = priv };
}

[MemoryPackable]
public partial class CtorType
{
    readonly int _count;
    public string NAME { get; }
    public int Extra { get; set; }
    [MemoryPackInclude] int Count => _count;
    public CtorType() { _count = -1; NAME = "default"; }
    [MemoryPackConstructor] public CtorType(string name, int count) { NAME = name; _count = count; }
}

[MemoryPackable]
public partial class UnderscoreCtor
{
    [MemoryPackInclude] private readonly int _a;
    [MemoryPackInclude] private readonly string _b;
    public UnderscoreCtor(string b, int a) { _a = a; _b = b; }
}

[MemoryPackable] public partial class GetOnlyComputed { public int W { get; set; } public int H { get; set; } public int Area => W * H; }

[MemoryPackable] public partial class FieldsAndProps { public int P1 { get; set; } public int F1; public string? P2 { get; set; } public string? F2; }

public class Animal0 { public int Legs { get; set; } public string? Kind { get; set; } }

[MemoryPackable] public partial class Dog0 : Animal0 { public string? Name { get; set; } public bool Good { get; set; } }

[MemoryPackable] public partial class BaseV { public virtual int Code { get; set; } public int B1 { get; set; } }

[MemoryPackable] public partial class DerivedV : BaseV { public int D1 { get; set; } public override int Code { get; set; } public int D2 { get; set; } }

public class BaseN { public int A { get; set; } public int Same { get; set; } public int Z { get; set; } }

[MemoryPackable] public partial class DerivedN : BaseN { public int D { get; set; } public new string? Same { get; set; } public int E { get; set; } }

[MemoryPackable] public partial record RecBase(int A, string B);

[MemoryPackable] public partial record RecDerived(int A, string B, double C) : RecBase(A, B);

[MemoryPackable(SerializeLayout.Explicit)] public partial class Ordered { [MemoryPackOrder(2)] public int Third { get; set; } [MemoryPackOrder(0)] public string? First { get; set; } [MemoryPackOrder(1)] public byte Second { get; set; } }

[MemoryPackable] public partial class SemiOrdered { [MemoryPackOrder(9)] public int Last { get; set; } public int A { get; set; } public int B { get; set; } }

[MemoryPackable]
[MemoryPackUnion(0, typeof(Circle))]
[MemoryPackUnion(1, typeof(Rect))]
[MemoryPackUnion(5, typeof(EmptyShape))]
public partial interface IShape { }

[MemoryPackable] public partial class Circle : IShape { public double R { get; set; } }

[MemoryPackable] public partial record Rect(int W, int H, string? Label) : IShape;

[MemoryPackable] public partial class EmptyShape : IShape { }

[MemoryPackable]
[MemoryPackUnion(249, typeof(MsgA))]
[MemoryPackUnion(250, typeof(MsgB))]
[MemoryPackUnion(255, typeof(MsgC))]
[MemoryPackUnion(256, typeof(MsgD))]
[MemoryPackUnion(65535, typeof(MsgE))]
public abstract partial class Msg { public int Seq { get; set; } }

[MemoryPackable] public partial class MsgA : Msg { public string? Text { get; set; } }

[MemoryPackable] public partial class MsgB : Msg { public byte[]? Data { get; set; } }

[MemoryPackable] public partial class MsgC : Msg { }

[MemoryPackable] public partial class MsgD : Msg { public Msg? Inner { get; set; } }

[MemoryPackable(GenerateType.VersionTolerant, SerializeLayout.Sequential)] public partial class MsgE : Msg { public string? T { get; set; } }

[MemoryPackable] public partial class ShapeHolder { public IShape? One { get; set; } public List<IShape?>? Many { get; set; } public IShape?[]? Arr { get; set; } public Dictionary<int, IShape>? Map { get; set; } }

public interface IExt { }

[MemoryPackable] public partial class ExtA : IExt { public int A { get; set; } }

[MemoryPackable] public partial class ExtB : IExt { public string? B { get; set; } }

[MemoryPackUnionFormatter(typeof(IExt))]
[MemoryPackUnion(3, typeof(ExtA))]
[MemoryPackUnion(700, typeof(ExtB))]
public partial class ExtFormatter { }

[MemoryPackable(GenerateType.VersionTolerant)] public partial class VtV1 { [MemoryPackOrder(0)] public int Id { get; set; } [MemoryPackOrder(1)] public string? Name { get; set; } }

[MemoryPackable(GenerateType.VersionTolerant)] public partial class VtV2 { [MemoryPackOrder(0)] public int Id { get; set; } [MemoryPackOrder(1)] public string? Name { get; set; } [MemoryPackOrder(2)] public double Score { get; set; } [MemoryPackOrder(3)] public Address? Addr { get; set; } }

[MemoryPackable(GenerateType.VersionTolerant)] public partial class VtV3 { [MemoryPackOrder(0)] public int Id { get; set; } [MemoryPackOrder(3)] public Address? Addr { get; set; } [MemoryPackOrder(6)] public List<string>? Tags { get; set; } }

[MemoryPackable(GenerateType.VersionTolerant)] public partial class VtDefaults { [MemoryPackOrder(0)] public int Id { get; set; } [MemoryPackOrder(1)] public string? Name { get; set; } = "dflt"; [MemoryPackOrder(4)] [SuppressDefaultInitialization] public int Level { get; set; } = 42; [MemoryPackOrder(5)] public int Plain { get; set; } = 17; }

[MemoryPackable(GenerateType.VersionTolerant)] public partial class VtFixed { [MemoryPackOrder(0)] public byte A { get; set; } [MemoryPackOrder(1)] public Guid B { get; set; } [MemoryPackOrder(2)] public int? C { get; set; } [MemoryPackOrder(3)] public LvShort D { get; set; } [MemoryPackOrder(5)] public int[]? E { get; set; } }

[MemoryPackable(GenerateType.VersionTolerant)] public partial class VtEmpty { }

[MemoryPackable(GenerateType.VersionTolerant)] public partial class VtNest { [MemoryPackOrder(0)] public VtV1? A { get; set; } [MemoryPackOrder(1)] public VtNest? B { get; set; } [MemoryPackOrder(2)] public List<VtV1>? C { get; set; } [MemoryPackOrder(3)] public Dictionary<int, string>? D { get; set; } }

[MemoryPackable(GenerateType.VersionTolerant)] public partial record VtRec([property: MemoryPackOrder(0)] int A, [property: MemoryPackOrder(2)] string? B);

[MemoryPackable(GenerateType.VersionTolerant)] public partial struct VtStruct { [MemoryPackOrder(0)] public int A { get; set; } [MemoryPackOrder(1)] public string? B { get; set; } }

[MemoryPackable] public partial class VtHolder { public int Pre { get; set; } public VtV2? V { get; set; } public VtStruct S { get; set; } public VtV1[]? Arr { get; set; } public int Post { get; set; } }

[MemoryPackable] public partial class VtHolderOld { public int Pre { get; set; } public VtV1? V { get; set; } public VtStruct S { get; set; } public VtV2[]? Arr { get; set; } public int Post { get; set; } }

[MemoryPackable] public partial class ObjV1 { public int A { get; set; } public string? B { get; set; } }

[MemoryPackable] public partial class ObjV2 { public int A { get; set; } public string? B { get; set; } public long C { get; set; } = 99; [SuppressDefaultInitialization] public int D { get; set; } = 77; public List<int>? E { get; set; } }

[MemoryPackable(GenerateType.CircularReference)] public partial class Node { [MemoryPackOrder(0)] public Node? Parent { get; set; } [MemoryPackOrder(1)] public List<Node>? Kids { get; set; } [MemoryPackOrder(2)] public string? Name { get; set; } }

[MemoryPackable(GenerateType.CircularReference, SerializeLayout.Sequential)] public partial class Chain { public int V { get; set; } public Chain? Next { get; set; } }

[MemoryPackable(GenerateType.CircularReference)] public partial class CircLeaf { [MemoryPackOrder(0)] public int A { get; set; } [MemoryPackOrder(2)] public string? B { get; set; } }

[MemoryPackable] public partial class CircHolder { public Node? A { get; set; } public Node? B { get; set; } public CircLeaf[]? C { get; set; } }

[MemoryPackable]
public partial class SeqBag
{
    public byte[]? A { get; set; }
    public Memory<byte> B { get; set; }
    public ReadOnlyMemory<byte> C { get; set; }
    public ArraySegment<byte> D { get; set; }
    public ReadOnlyMemory<string> E { get; set; }
    public System.Buffers.ReadOnlySequence<byte> F { get; set; }
    public ArraySegment<int> G { get; set; }
}

[MemoryPackable]
public partial class CollBag
{
    public List<int>? A { get; set; }
    public HashSet<string>? B { get; set; }
    public Dictionary<int, long>? C { get; set; }
    public Queue<int>? D { get; set; }
    public Stack<string>? E { get; set; }
    public LinkedList<int>? F { get; set; }
    public SortedSet<int>? G { get; set; }
    public SortedDictionary<string, int>? H { get; set; }
    public SortedList<int, string>? I { get; set; }
    public ObservableCollection<int>? J { get; set; }
    public Collection<string>? K { get; set; }
    public PriorityQueue<string, int>? L { get; set; }
    public PriorityQueue<int, byte>? M { get; set; }
}

[MemoryPackable]
public partial class ConcBag
{
    public ConcurrentDictionary<int, string>? A { get; set; }
    public ConcurrentQueue<int>? B { get; set; }
    public ConcurrentStack<int>? C { get; set; }
    public ConcurrentBag<string>? D { get; set; }
    public BlockingCollection<int>? E { get; set; }
    public ReadOnlyCollection<int>? F { get; set; }
    public ReadOnlyObservableCollection<string>? G { get; set; }
}

[MemoryPackable]
public partial class ImmBag
{
    public ImmutableArray<int> A { get; set; }
    public ImmutableArray<string> A2 { get; set; }
    public ImmutableList<int>? B { get; set; }
    public ImmutableQueue<string>? C { get; set; }
    public ImmutableStack<int>? D { get; set; }
    public ImmutableDictionary<int, int>? E { get; set; }
    public ImmutableSortedDictionary<string, int>? F { get; set; }
    public ImmutableSortedSet<int>? G { get; set; }
    public ImmutableHashSet<int>? H { get; set; }
    public FrozenSet<int>? I { get; set; }
    public FrozenDictionary<int, string>? J { get; set; }
}

[MemoryPackable]
public partial class IfaceBag
{
    public IEnumerable<int>? A { get; set; }
    public ICollection<string>? B { get; set; }
    public IReadOnlyCollection<int>? C { get; set; }
    public IList<int>? D { get; set; }
    public IReadOnlyList<string>? E { get; set; }
    public IDictionary<string, int>? F { get; set; }
    public IReadOnlyDictionary<int, string>? G { get; set; }
    public ISet<int>? H { get; set; }
    public IReadOnlySet<string>? I { get; set; }
    public ILookup<int, string>? J { get; set; }
    public IGrouping<string, int>? K { get; set; }
    public IEnumerable<string>? L { get; set; }
}

[MemoryPackable]
public partial class DeepColl
{
    public int[][]? Jag { get; set; }
    public string?[]?[]? JagS { get; set; }
    public List<List<int>?>? LL { get; set; }
    public Dictionary<string, List<int[]>?>? DL { get; set; }
    public int?[]? NI { get; set; }
    public List<Guid?>? NG { get; set; }
    public Dictionary<Guid, Address?>? GA { get; set; }
    public List<Dictionary<int, string>>? LD { get; set; }
    public LvInt[]? En { get; set; }
    public List<LvByte>? EnL { get; set; }
    public Dictionary<LvInt, LvByte>? EnD { get; set; }
    public DateTime[]? Dts { get; set; }
    public (int, string?)[]? Tps { get; set; }
}

[MemoryPackable] public partial class MultiDim { public int[,]? A { get; set; } public string?[,]? B { get; set; } public byte[,,]? C { get; set; } public double[,,,]? D { get; set; } public Address?[,,]? E { get; set; } }

[MemoryPackable]
public partial class TupBag
{
    public Tuple<int>? A { get; set; }
    public Tuple<int, string>? B { get; set; }
    public (byte, long) C { get; set; }
    public (string?, int, Guid) D { get; set; }
    public Tuple<int, int, int, int, int, int, int>? E { get; set; }
    public (int, string?, byte, string?) F { get; set; }
    public KeyValuePair<string, int> G { get; set; }
    public KeyValuePair<int, short> H { get; set; }
    public (int, (string?, byte)) I { get; set; }
    public ValueTuple<int> J { get; set; }
}

[MemoryPackable] public partial class Box<T> { public T? Value { get; set; } public int N { get; set; } }

[MemoryPackable] public partial class Duo<TA, TB> { public TA? A { get; set; } public List<TB?>? B { get; set; } public Dictionary<string, TA?>? M { get; set; } }

[MemoryPackable] public partial struct Opt<T> { public bool Has; public T? Val; }

[MemoryPackable] public partial class OptHolder { public Opt<int> A; public Opt<string> B; public List<Opt<int>>? C; public Queue<Opt<int>>? D; public Dictionary<string, Opt<int>>? E; public Opt<short>[]? F; }

[MemoryPackable(GenerateType.Collection)] public partial class MyList<T> : List<T> { public int NotSerialized { get; set; } }

[MemoryPackable(GenerateType.Collection)] public partial class MyMap : Dictionary<string, int> { }

[MemoryPackable(GenerateType.Collection)] public partial class MySet : HashSet<int> { }

[MemoryPackable] public partial class CustomColl { public MyList<int>? A { get; set; } public MyMap? B { get; set; } public MySet? C { get; set; } }

[MemoryPackable]
public partial class FmtBag
{
    [Utf8StringFormatter] public string? A { get; set; }
    [Utf16StringFormatter] public string? B { get; set; }
    [InternStringFormatter] public string? C { get; set; }
    [BitPackFormatter] public bool[]? D { get; set; }
    [OrdinalIgnoreCaseStringDictionaryFormatter<int>] public Dictionary<string, int>? E { get; set; }
    public bool[]? Plain { get; set; }
}

[MemoryPackable]
public partial class Wide20
{
    public int M00, M01, M02, M03, M04, M05, M06, M07, M08, M09, M10, M11, M12, M13, M14, M15, M16, M17, M18, M19;
}
