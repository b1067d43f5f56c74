namespace HighPerf.Data;

/// <summary>A file that could not be read, or a document that failed for good.</summary>
/// <param name="Path">The file's full path.</param>
/// <param name="Index">Index of the document in the file; -1 when the file itself could not be read.</param>
/// <param name="Error">Why.</param>
public sealed record FileProblem(string Path, long Index, Exception Error);
