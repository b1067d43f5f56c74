// Contracts with HighPerf's own attributes.
#pragma warning disable CA1040, CA1051, CA1711, CA1819, CA2227, HP0103
namespace HighPerf.Generated.Tests.Contracts;

[Document, Union(0, typeof(Circle)), Union(1, typeof(Dot)), Union(300, typeof(Cluster))]
public partial interface IShape;

[Document]
public sealed partial record Circle(double Radius) : IShape;

[Document]
public readonly partial record struct Dot(short X, long Y) : IShape;

[Document(Layout = ContractLayout.VersionTolerant)]
public sealed partial record Cluster(List<IShape?>? Shapes, string? Name) : IShape;

[Event("tests.message"), Union(0, typeof(Text)), Union(1, typeof(Blob))]
public abstract partial class Message
{
    public int Sequence { get; set; }
}

[Document]
public sealed partial class Text : Message
{
    public string? Body { get; set; }
}

[Document]
public sealed partial class Blob : Message
{
    public byte[]? Body { get; set; }
}

[Document(Layout = ContractLayout.VersionTolerant)]
public sealed partial class PersonV1
{
    [MemberOrder(0)]
    public int Id { get; set; }

    [MemberOrder(2)]
    public string? Name { get; set; }
}

[Document(Layout = ContractLayout.VersionTolerant)]
public sealed partial class PersonV2
{
    [MemberOrder(0)]
    public int Id { get; set; }

    [MemberOrder(1), KeepDefault]
    public int Level { get; set; } = 7;

    [MemberOrder(2)]
    public string? Name { get; set; }

    [MemberOrder(5)]
    public IShape? Avatar { get; set; }
}

[Document(Layout = ContractLayout.CircularReference)]
public sealed partial class Employee
{
    public string? Name { get; set; }

    public Employee? Boss { get; set; }

    public List<Employee>? Reports { get; set; }
}

[Document]
public sealed partial class Page<T>
{
    public T[]? Items { get; set; }

    public Page<T>? Next { get; set; }
}

[Document(Layout = ContractLayout.Collection)]
public sealed partial class Tags : List<string>;

[Document]
public sealed partial class Everywhere
{
    private readonly int _seen;

    [ContractConstructor]
    public Everywhere(int seen) => _seen = seen;

    public Everywhere()
    {
    }

    [IncludeMember]
    private int Seen => _seen;

    [IncludeMember]
    private string? _note;

    [Utf16]
    public string? Odd { get; set; }

    [Interned]
    public string? Common { get; set; }

    [BitPacked]
    public bool[]? Flags { get; set; }

    [Formatter<UpperFormatter>]
    public string? Upper { get; set; }

    public Uri? Home { get; set; }

    public TimeZoneInfo? Zone { get; set; }

    public Page<Dot>? Dots { get; set; }

    public Page<string?>? Words { get; set; }

    public Tags? Tags { get; set; }

    public (int Left, string? Right) Pair { get; set; }

    public IShape? Shape { get; set; }

    public Message? Message { get; set; }

    [IgnoreMember]
    public List<string> Calls { get; } = [];

    [IgnoreMember]
    public int SeenValue => _seen;

    [IgnoreMember]
    public string? Note => _note;

    public Everywhere WithNote(string? note)
    {
        _note = note;
        return this;
    }

    [OnWriting]
    private void Writing() => Calls.Add("writing");

    [OnWritten]
    private void Written() => Calls.Add("written");

    [OnRead]
    private void Read_() => Calls.Add("read");
}

/// <summary>The formatter of one member.</summary>
public abstract class UpperFormatter : IMessageFormatter<string>
{
    public static void Write(ref MessageWriter writer, string? value) => writer.WriteString(value?.ToUpperInvariant());

    public static string? Read(ref MessageReader reader) => reader.ReadString();
}

/// <summary>The formatter of every member of a type that messages refuse otherwise.</summary>
public struct ZoneFormatter : IMessageFormatter<TimeZoneInfo>
{
    static void IMessageFormatter<TimeZoneInfo>.Write(ref MessageWriter writer, TimeZoneInfo? value) => writer.WriteString(value?.Id);

    static TimeZoneInfo? IMessageFormatter<TimeZoneInfo>.Read(ref MessageReader reader)
    {
        var id = reader.ReadString();
        return id is null ? null : id == TimeZoneInfo.Utc.Id ? TimeZoneInfo.Utc : throw new MessageFormatException("A time zone is not known here.", reader.Position);
    }
}
