using System.Text.Json.Serialization;

namespace HighPerf.Generated.Tests.Json;

public enum Colour
{
    Red,
    Green = 5,

    [Obsolete("Nobody may name it", error: true)]
    Infrared = 7,
    Emerald = 5,
}

[Flags]
public enum Rights
{
    None = 0,
    Read = 1,
    Write = 2,
}

[Document]
public sealed partial record Forms
{
    public int Number { get; init; }

    public long Long { get; init; }

    public ulong Unsigned { get; init; }

    public decimal Money { get; init; }

    public double Real { get; init; }

    public float Single { get; init; }

    public bool Flag { get; init; }

    public char Letter { get; init; }

    public string? Text { get; init; }

    public Guid Id { get; init; }

    public DateTime At { get; init; }

    public DateTimeOffset Due { get; init; }

    public TimeSpan Wait { get; init; }

    public DateOnly Day { get; init; }

    public TimeOnly Clock { get; init; }

    public byte[]? Raw { get; init; }

    public Colour Colour { get; init; }

    public Rights Rights { get; init; }

    public int? Maybe { get; init; }

    public Uri? Link { get; init; }

    public Version? Version { get; init; }

    public List<int>? List { get; init; }

    public Dictionary<string, int>? ByName { get; init; }

    public Dictionary<int, string>? ByNumber { get; init; }

    public Dictionary<Colour, bool>? ByColour { get; init; }
}

[Document]
public sealed partial class Named
{
    [JsonPropertyName("the-id")]
    public int Id { get; set; }

    [JsonIgnore]
    public string? Secret { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Level { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Maybe { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Always { get; set; }

    public string? IPAddress { get; set; }

    public string? URL { get; set; }

    public string? Twice { get; set; }

#pragma warning disable IDE1006
    public string? twice { get; set; }
#pragma warning restore IDE1006
}

/// <summary>Its memory is not in its public members.</summary>
[Document]
public readonly partial struct Opaque
{
#pragma warning disable IDE0032
    private readonly int _value;
#pragma warning restore IDE0032

    private Opaque(int value) => _value = value;

    public int Doubled => _value * 2;

    public static Opaque Of(int value) => new(value);
}

/// <summary>A struct of this assembly without generated code of its own.</summary>
public readonly record struct Pair(int First, bool Second);

[Event]
public sealed partial record Paired(Pair Pair, Pair? Maybe, List<Pair> All);
