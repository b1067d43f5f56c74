namespace HighPerf.Samples.FlightDelays;

/// <summary>What the program says at the end.</summary>
/// <param name="Days">Files.</param>
/// <param name="Flights">Rows that could be read.</param>
/// <param name="Rejected">Rows that could not.</param>
/// <param name="Airports">Origin airports.</param>
/// <param name="WithoutFlights">Dates of files without a row that could be read.</param>
/// <param name="Worst">The airports with the highest mean delay, worst first.</param>
[Document]
public sealed partial record ReportTotals(int Days, long Flights, long Rejected, int Airports, string[] WithoutFlights, AirportLine[] Worst);
