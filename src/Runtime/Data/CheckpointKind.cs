namespace HighPerf.Data;

internal enum CheckpointKind : byte
{
    /// <summary>Name of the format.</summary>
    Header = 1,

    /// <summary>A slice is done.</summary>
    Slice = 2,

    /// <summary>All slices of a file are done; replaces their records.</summary>
    File = 3,
}
