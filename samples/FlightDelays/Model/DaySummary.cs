namespace HighPerf.Samples.FlightDelays;

/// <summary>All that the report needs of one file. Summaries merge in any order: counts and sums, no means.</summary>
/// <param name="File">File name with extension.</param>
/// <param name="Origins">One for each origin airport, in ordinal order.</param>
/// <param name="Rejected">Rows that could not be read, by line.</param>
[Document]
public sealed partial record DaySummary(string File, OriginSummary[] Origins, RejectedRows[] Rejected)
{
    /// <summary>The file's name without its extension.</summary>
    [IgnoreMember, System.Text.Json.Serialization.JsonIgnore]
    public string Date => Path.GetFileNameWithoutExtension(File);
}
