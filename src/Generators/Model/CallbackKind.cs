namespace HighPerf.Generators.Model;

internal enum CallbackKind
{
    Writing,
    Written,
    Reading,
    Read,
}
