using HighPerf.Connections;

namespace HighPerf.Transports.Nats.Protocol;

/// <summary>Where to connect: the configured servers and those that they told of, in turn, without one that is going to end as long as there is another.</summary>
internal sealed class ServerList
{
    private const int DefaultPort = 4222;

    private readonly Lock _lock = new();
    private readonly List<HostAddress> _learned = [];
    private HostAddress? _leaving;
    private HostAddress _current;
    private int _next;

    public void Learn(ServerInfo info)
    {
        lock (_lock)
        {
            _learned.Clear();
            foreach (var url in info.ConnectUrls ?? [])
            {
                if (HostAddress.TryParse(url, DefaultPort, out var host))
                {
                    _learned.Add(host);
                }
            }
        }
    }

    /// <summary>The present server is not the one to come back to first.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _leaving = _current;
        }
    }

    public HostAddress Choose(IReadOnlyList<HostAddress> hosts)
    {
        lock (_lock)
        {
            var all = hosts.Concat(_learned).Distinct().ToArray();
            var choice = all[_next++ % all.Length];
            if (choice == _leaving && all.Length > 1)
            {
                choice = all[_next++ % all.Length];
            }

            _leaving = null;
            return _current = choice;
        }
    }
}
