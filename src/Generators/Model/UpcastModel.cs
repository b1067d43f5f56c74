namespace HighPerf.Generators.Model;

/// <summary>A method with <c>[Upcast]</c>.</summary>
/// <param name="From">The earlier version.</param>
/// <param name="Method">The method's name.</param>
/// <param name="TypeName">The type that it takes.</param>
/// <param name="IsValueType">That type is a struct.</param>
/// <param name="Fingerprints">What messages of the earlier version have as fingerprint: with all members first, then with 0, 1, 2, ….</param>
internal sealed record UpcastModel(int From, string Method, string TypeName, bool IsValueType, EquatableArray<ulong> Fingerprints);
