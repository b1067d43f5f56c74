using System.ComponentModel;

namespace HighPerf.Diagnostics;

/// <summary>Thrown at a failpoint that is set to throw.</summary>
/// <param name="name">The point.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class FailpointException(string name) : HighPerfException($"The failpoint '{name}' throws, as {Failpoint.Variable} asks.");
