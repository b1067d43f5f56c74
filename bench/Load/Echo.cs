namespace HighPerf.Load;

/// <summary>Gives back what it is given.</summary>
[Task]
public sealed partial class Echo
{
    public static byte[] Run(byte[] bytes) => bytes;
}
