namespace HighPerf;

/// <summary>Calls a method of a contract before a value is written. It takes nothing and returns nothing; it may be static or private.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OnWritingAttribute : Attribute;
