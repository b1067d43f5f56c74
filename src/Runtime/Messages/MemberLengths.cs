using System.ComponentModel;

namespace HighPerf;

/// <summary>The lengths of the members of a version-tolerant object that is being read: those that are left. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct MemberLengths
{
    /// <summary>Position of the next length.</summary>
    internal int Next;

    /// <summary>Lengths that are left.</summary>
    internal int Left;
}
