namespace HighPerf;

/// <summary>Names a type that is no declared contract (<c>List&lt;int&gt;</c>, <c>Page&lt;Order&gt;</c>) and that <see cref="MessageSerializer"/> is to read and write on its own.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class MessageTypeAttribute(Type type) : Attribute
{
    /// <summary>The type.</summary>
    public Type Type => type;
}
