namespace HighPerf.Tests.Messages;

/// <summary>One contract in several shapes. Where members differ is told by bits that do not depend on the name.</summary>
public static partial class Shapes
{
    [Document("shape.1")]
    public sealed partial record Known(Guid Id, decimal Total, string Text);

    [Document("shape.2")]
    public sealed partial record Longer(Guid Id, decimal Total, string Text, int More, int Still);

    [Document("shape.3")]
    public sealed partial record Retyped(Guid Id, double Total, string Text);

    [Document("shape.4")]
    public sealed partial record RetypedAndLonger(Guid Id, double Total, string Text, int More);

    [Document("shape.5", Version = 2)]
    public sealed partial record Second(Guid Id, decimal Total, string Text);

    [Document("shape.6")]
    public partial record struct Raw(int A, long B);
}
