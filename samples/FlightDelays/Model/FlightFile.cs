namespace HighPerf.Samples.FlightDelays;

/// <summary>A day's file: what the file source publishes.</summary>
/// <param name="Name">File name with extension, for example 2001-01-01.csv.</param>
/// <param name="Content">Its bytes.</param>
[Document]
public sealed partial record FlightFile(string Name, byte[] Content);
