namespace HighPerf.Generators.Model;

/// <summary>How a type is encoded. Declared contracts are named, not followed, so a shape is a finite tree.</summary>
/// <param name="TypeName">The type as source, without a top-level nullable annotation.</param>
internal abstract record Shape(string TypeName)
{
    /// <summary>The least bytes that a value takes: what bounds a collection's count by the bytes that are there.</summary>
    public abstract int MinimumSize { get; }

    /// <summary>Whether null is a value of the type.</summary>
    public virtual bool IsReference => true;
}
