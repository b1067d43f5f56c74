using System;

namespace HighPerf.Generators.Model;

/// <summary>What parsing one declaration gave: a model unless there is an error, and what to tell.</summary>
internal sealed record ParseResult<T>(T? Model, EquatableArray<DeclaredName> Names, EquatableArray<DiagnosticInfo> Diagnostics)
    where T : class, IEquatable<T>;
