namespace HighPerf.Generators.Model;

/// <summary>A method of the contract's that is called around writing or reading.</summary>
internal sealed record Callback(CallbackKind Kind, string Method, bool IsStatic);
