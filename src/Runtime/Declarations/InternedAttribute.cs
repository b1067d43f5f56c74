namespace HighPerf;

/// <summary>Interns a string when it is read: for values that recur in most messages and that no stranger chooses, since interned strings are never freed.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class InternedAttribute : Attribute;
