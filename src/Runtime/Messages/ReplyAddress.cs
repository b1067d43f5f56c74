namespace HighPerf.Messages;

/// <summary>Who waits for a result: a process, and the pending result in it.</summary>
/// <param name="Instance">The process: a random number minted at its start.</param>
/// <param name="Token">The pending result in that process.</param>
internal readonly record struct ReplyAddress(long Instance, long Token)
{
    public bool IsNone => Instance == 0;
}
