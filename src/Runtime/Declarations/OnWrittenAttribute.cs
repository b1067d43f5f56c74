namespace HighPerf;

/// <summary>Calls a method of a contract after a value was written. It takes nothing and returns nothing; it may be static or private.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OnWrittenAttribute : Attribute;
