using System.Net.Sockets;

namespace HighPerf.Transports.Embedded;

/// <summary>A Unix socket's place in the file system.</summary>
internal static class SocketPath
{
    // What sockaddr_un has room for, with its terminating zero.
    private const int MaxBytes = 107;

    public static UnixDomainSocketEndPoint EndPoint(string path)
    {
        path = Path.GetFullPath(path);
        return System.Text.Encoding.UTF8.GetByteCount(path) <= MaxBytes
            ? new UnixDomainSocketEndPoint(path)
            : throw new HighPerfException($"The socket '{path}' has a path of more than {MaxBytes} bytes, which the system does not take. Give it a shorter one.");
    }

    /// <summary>Binds and listens; nobody but this user may connect. A socket that nobody listens to any more is replaced.</summary>
    public static Socket Listen(string path)
    {
        var endPoint = EndPoint(path);
        path = Path.GetFullPath(path);
        if (File.Exists(path))
        {
            if (IsAlive(endPoint))
            {
                throw new HighPerfException($"Somebody listens on '{path}' already.");
            }

            File.Delete(path);
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(endPoint);
            if (!OperatingSystem.IsWindows())
            {
                // Before it listens: until then nobody can connect.
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            socket.Listen(128);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsAlive(UnixDomainSocketEndPoint endPoint)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
