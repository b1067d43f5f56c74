namespace HighPerf.Transports.Tests.Replies;

/// <summary>Doubles a number, and says who did.</summary>
[Task]
public sealed partial class Double(WorkerName worker)
{
    public Doubled Run(int number) => new(number * 2, worker.Name);
}

[Task]
public sealed partial class Sum
{
    public static int Run(Doubled[] parts, int more) => parts.Sum(static part => part.Value) + more;
}

[Task]
public sealed partial class Fail
{
    public static int Run(string reason) => throw new InvalidOperationException(reason);
}

[Task]
public sealed partial class Fill
{
    public static byte[] Run(int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(7);
        return bytes;
    }
}

[Document]
public sealed partial record Doubled(int Value, string Worker);

/// <summary>A service of each process of the test.</summary>
public sealed record WorkerName(string Name);
