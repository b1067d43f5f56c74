using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace HighPerf.Transports.Embedded;

/// <summary>Who is at the other end of a Unix socket.</summary>
internal static partial class Peer
{
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;

    /// <summary>Whether it is this process's user. The kernel says so, on Linux; elsewhere the file's mode, which lets nobody else connect, has to do.</summary>
    public static bool IsSameUser(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        // pid, uid, gid.
        Span<byte> credentials = stackalloc byte[12];
        return socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == credentials.Length
            && MemoryMarshal.Read<uint>(credentials[4..]) == GetEffectiveUserId();
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();
}
