namespace HighPerf.Transports;

/// <summary>Durability levels in words.</summary>
internal static class DurabilityLevelNames
{
    public static string WhatIsSurvived(this DurabilityLevel level) => level switch
    {
        DurabilityLevel.Memory => "nothing",
        DurabilityLevel.Process => "a killed process",
        DurabilityLevel.Host => "a failed host",
        _ => "the loss of a node",
    };
}
