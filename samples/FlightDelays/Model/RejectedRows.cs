namespace HighPerf.Samples.FlightDelays;

/// <summary>Rows on end that could not be read for one reason: a file that is no CSV at all takes the room of a row.</summary>
/// <param name="File">File name with extension.</param>
/// <param name="First">Line number from 1, the header included.</param>
/// <param name="Last">The last one's.</param>
/// <param name="Reason">Why.</param>
[Document]
public sealed partial record RejectedRows(string File, int First, int Last, string Reason);
