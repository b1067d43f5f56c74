namespace HighPerf.Samples.FlightDelays;

/// <summary>Several days together.</summary>
[Document]
public sealed partial record MergedDays(DayLine[] Days, OriginSummary[] Origins, RejectedRows[] Rejected);
