namespace HighPerf.Generators.Emission;

/// <summary>What a helper method does: write or read a value, store it in a run or load it from one.</summary>
internal enum Helper
{
    Write,
    Read,
    Store,
    Load,
}
