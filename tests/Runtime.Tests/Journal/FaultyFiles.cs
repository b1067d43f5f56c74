using HighPerf.Journal;
using Microsoft.Win32.SafeHandles;

namespace HighPerf.Tests.Journal;

/// <summary>Real files on a disk that fails when it is told to.</summary>
internal sealed class FaultyFiles : JournalFiles
{
    private const int NoSpace = 28;
    private const int InputOutput = 5;

    /// <summary>Bytes that are left on the disk; what does not fit is written as far as it does.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>Flushes that fail from now on.</summary>
    public int FailFlushes { get; set; }

    public bool FailSetLength { get; set; }

    public int Flushes { get; private set; }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (bytes.Length > Room)
        {
            base.Write(file, bytes[..(int)Room], offset);
            throw new IOException("No space left on device", NoSpace);
        }

        base.Write(file, bytes, offset);
    }

    public override void Flush(SafeFileHandle file)
    {
        Flushes++;
        if (FailFlushes > 0)
        {
            FailFlushes--;
            throw new IOException("Input/output error", InputOutput);
        }

        base.Flush(file);
    }

    public override void SetLength(SafeFileHandle file, long length)
    {
        if (FailSetLength)
        {
            throw new IOException("Input/output error", InputOutput);
        }

        base.SetLength(file, length);
    }
}
