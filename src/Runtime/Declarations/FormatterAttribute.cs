namespace HighPerf;

/// <summary>
/// Names the formatter of a member whose type is not yours to annotate; on the assembly, of every member of the type that the formatter is for.
/// </summary>
/// <typeparam name="TFormatter">Implements <see cref="IMessageFormatter{T}"/> of the type.</typeparam>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter | AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class FormatterAttribute<TFormatter> : Attribute;
