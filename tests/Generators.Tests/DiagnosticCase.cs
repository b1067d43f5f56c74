namespace HighPerf.Generators.Tests;

/// <summary>Source that a diagnostic fires on, where it points, and source like it that is right.</summary>
internal sealed record DiagnosticCase(string Id, string Hit, string At, string NearMiss);
