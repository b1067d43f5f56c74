namespace HighPerf;

/// <summary>How an event's or document's members are laid out in its bytes.</summary>
public enum ContractLayout
{
    /// <summary>A member count and the members. The smallest and fastest. Newer readers take older bytes (members are added at the end only); older readers refuse newer bytes.</summary>
    Ordinary,

    /// <summary>
    /// A length before each member: older and newer readers take each other's bytes, members may be removed, and <see cref="MemberOrderAttribute"/> keeps their places.
    /// </summary>
    VersionTolerant,

    /// <summary>
    /// As <see cref="VersionTolerant"/>, and an object that is met again is written as a reference: for graphs with cycles. The class has a constructor without
    /// parameters and members that can be set.
    /// </summary>
    CircularReference,

    /// <summary>A class that derives from a collection is that collection; its own members are not part of the message.</summary>
    Collection,
}
