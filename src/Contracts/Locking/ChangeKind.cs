namespace HighPerf.Contracts.Locking;

/// <summary>What kind of change stands between two versions. The numbers are those of the diagnostics.</summary>
internal enum ChangeKind
{
    /// <summary>A contract is gone, or has another wire name.</summary>
    ContractRemoved = 301,

    /// <summary>A member is gone.</summary>
    MemberRemoved = 302,

    /// <summary>A member has another name.</summary>
    MemberRenamed = 303,

    /// <summary>A member or a result has another type.</summary>
    MemberRetyped = 304,

    /// <summary>Members changed places, or one was put between others.</summary>
    MembersReordered = 305,

    /// <summary>A member that a message may lack is needed now.</summary>
    MemberRequired = 306,

    /// <summary>An enum has fewer values, or others.</summary>
    EnumNarrowed = 307,

    /// <summary>A struct or a contract is laid out differently.</summary>
    LayoutChanged = 308,

    /// <summary>A former name or version is no longer read.</summary>
    ReadingLost = 309,
}
