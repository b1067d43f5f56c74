using System.ComponentModel;

namespace HighPerf;

/// <summary>Where the members of a version-tolerant object that is being written have their lengths. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct MemberFrame
{
    /// <summary>Offset of the next length.</summary>
    internal long LengthAt;

    /// <summary>Offset at which the current member starts.</summary>
    internal long MemberAt;
}
