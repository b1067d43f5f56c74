namespace HighPerf.Generators.Model;

/// <summary>The view of a contract.</summary>
/// <param name="FullName">Its name as source.</param>
/// <param name="Name">Its own name.</param>
/// <param name="IsPublic">As visible as the contract.</param>
internal sealed record ViewModel(string FullName, string Name, bool IsPublic);
