namespace HighPerf.Data.Tests;

/// <summary>A test that mounts a small file system: needs root on Linux.</summary>
public sealed class TmpfsFactAttribute : FactAttribute
{
    public TmpfsFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Skip = "Needs root on Linux, to mount a file system of 64 KiB.";
        }
    }
}
