namespace HighPerf.Transports;

/// <summary>Why a message ended as a dead letter.</summary>
public enum DeadLetterReason : byte
{
    /// <summary>Its attempts are used up.</summary>
    AttemptsExhausted = 1,

    /// <summary>The task said that trying again is pointless.</summary>
    Poisonous = 2,

    /// <summary>It was started too often without an outcome: it probably kills the process (contract D8).</summary>
    StartsExhausted = 3,

    /// <summary>Its bytes cannot be decoded.</summary>
    Undecodable = 4,

    /// <summary>Its time was over before it started.</summary>
    Expired = 5,

    /// <summary>Its body is not in the payload store (any more).</summary>
    PayloadGone = 8,
}
