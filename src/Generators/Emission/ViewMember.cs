using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>A member of a view and where it is: at an offset from the object's start, or from a place that is noted when the view is made.</summary>
internal sealed class ViewMember(string name, Shape shape, int index)
{
    public string Name => name;

    public Shape Shape => shape;

    public int Index => index;

    /// <summary>The member whose noted place <see cref="Offset"/> counts from; null for the object's start, -1 for the place of a union's case.</summary>
    public int? Start { get; set; }

    public int Offset { get; set; }

    /// <summary>Its own place is noted.</summary>
    public bool IsNoted { get; set; }

    /// <summary>The bytes may leave it out: its place is 0 then.</summary>
    public bool IsOptional { get; set; }

    /// <summary>Where the bytes leave it out, the object has a value that only the object knows.</summary>
    public bool KeepsDefault { get; set; }

    /// <summary>Others see neither it nor perhaps its type.</summary>
    public bool IsInternal { get; set; }

    public string Access => IsInternal ? "internal" : "public";

    /// <summary>Its view; null where it is a value, or decoded.</summary>
    public string? View { get; } = shape is FixedShape ? null : ViewTypes.Of(shape);

    public bool IsDecoded => View is null && shape is not FixedShape;

    public string TypeName => View ?? shape.TypeName + (shape.IsReference ? "?" : "");

    public string Place => Start is { } start ? At(start < 0 ? "_o" : $"_o{start}", Offset) : $"{Offset}";

    public static string At(string? from, int offset) => from is null ? $"{offset}" : offset == 0 ? from : $"{from} + {offset}";

    /// <summary>An expression that gives the member, which is not decoded.</summary>
    public string Value(CodecEmitter codec) => shape switch
    {
        FixedShape value => codec.Load(value, "_at", Place),
        TextShape or SequenceShape { Element: FixedShape } => $"{View}.At(ref {Source.Unsafe}.Add(ref _at, {Place}))",
        ContractShape => $"{View}.ViewAt(ref {Source.Unsafe}.Add(ref _at, {Place}), _length - ({Place}), 0, out _)",
        _ => $"new {View}({Source.Reader}.Part(ref _at, {Place}, _length))",
    };

    /// <summary>An expression for its length, where at least its <see cref="Shape.MinimumSize"/> is left.</summary>
    public string Length(string place)
    {
        var at = $"ref {Source.Unsafe}.Add(ref at, (nint)({place}))";
        return shape switch
        {
            FixedShape value => $"{value.Size}",
            TextShape { Kind: TextKind.String or TextKind.Utf16String or TextKind.InternedString or TextKind.Uri or TextKind.CultureInfo } => $"{Source.Reader}.TextLength({at})",
            TextShape { Kind: TextKind.StringBuilder } => $"{Source.Reader}.ValuesLength<char>({at})",
            SequenceShape { Element: FixedShape value } when View is not null => $"{Source.Reader}.ValuesLength<{value.TypeName}>({at})",
            _ => $"{View ?? $"Member{index}"}.LengthAt({at}, left - ({place}), depth)",
        };
    }
}
