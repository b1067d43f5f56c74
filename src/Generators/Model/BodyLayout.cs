namespace HighPerf.Generators.Model;

internal enum BodyLayout
{
    Ordinary,
    VersionTolerant,
    Circular,
    Union,

    /// <summary>Encoded as another shape.</summary>
    Whole,
}
