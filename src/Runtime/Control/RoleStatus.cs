namespace HighPerf.Control;

/// <summary>A role and how it is.</summary>
/// <param name="Name">Name of the role: <c>transport memory</c>, <c>worker</c>, <c>source inbox</c>.</param>
/// <param name="Health">How it is.</param>
public readonly record struct RoleStatus(string Name, RoleHealth Health);
