namespace HighPerf;

/// <summary>Calls a static method of a contract before a value is read. It takes nothing and returns nothing; it may be private.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OnReadingAttribute : Attribute;
