namespace HighPerf;

/// <summary>Names an assembly's generated dispatch table, so that the generator finds it when it compiles an assembly that references this one.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class DispatchTableAttribute : Attribute
{
    /// <summary>Creates the attribute; generated code does.</summary>
    /// <param name="table">The generated table: a public type with a static property <c>Instance</c>.</param>
    public DispatchTableAttribute(Type table) => Table = table;

    /// <summary>The generated table.</summary>
    public Type Table { get; }
}
