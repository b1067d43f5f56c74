namespace HighPerf.Generators.Model;

/// <summary>The task attribute's settings; time limits in ticks, zero for none.</summary>
internal sealed record TaskOptions(int MaxAttempts, long TimeoutTicks, long HardTimeoutTicks, string? Queue, int Slot, int Priority);
