namespace HighPerf.Generators.Model;

/// <summary>Types with a method of their own in the writer and the reader.</summary>
internal enum TextKind
{
    String,
    Utf16String,
    InternedString,
    Uri,
    Version,
    StringBuilder,
    CultureInfo,

    /// <summary><c>bool[]</c> with 32 values in four bytes.</summary>
    Bits,
}
