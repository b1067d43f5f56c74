namespace HighPerf;

/// <summary>What a JSON reader does with a member that the contract does not declare.</summary>
public enum UnknownMembers
{
    /// <summary>Reads past it: a newer version of the contract may have written it. The bytes of a message that is only passed on (subscriptions, retries, dead letters) keep it.</summary>
    Skip,

    /// <summary>Refuses the message: for contracts where a misspelt member must not go unseen.</summary>
    Refuse,
}
