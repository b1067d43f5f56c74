using HighPerf.Connections;
using HighPerf.Transports.Redis.Resp;
using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.Redis;

/// <summary>Makes clients: to the configured hosts in turn, to the master that sentinels name, or to the cluster's node that has a slot. Asked anew for every connection.</summary>
internal sealed class RedisConnector
{
    private readonly string _name;
    private readonly RedisAddress _address;
    private readonly RedisOptions _options;

    public RedisConnector(string name, RedisAddress address, RedisOptions options, ILogger logger, TimeProvider clock)
    {
        _name = name;
        _address = address;
        _options = options;
        Logger = logger;
        Clock = clock;
        options.Connection.Hosts = address.Hosts;
        options.Connection.Tls = address.IsTls ? options.Tls : null;
    }

    public ILogger Logger { get; }

    public TimeProvider Clock { get; }

    public string Description => _address.ToString();

    /// <summary>A client that is not started.</summary>
    /// <param name="purpose">For names.</param>
    /// <param name="slot">The cluster's slot that it is for; null where there is no cluster, or any node will do.</param>
    public RespClient CreateClient(string purpose, int? slot)
    {
        var login = new RespLogin(_address.User, _address.Password, _address.Database, $"highperf-{purpose}");
        var client = new RespClient($"{_name} ({purpose}, {Description})", _options.Connection, login, Logger, Clock);
        if (_address.Master is { } master)
        {
            client.Locate = (hosts, attempt, token) => AskSentinelAsync(hosts[attempt % hosts.Count], master, token);
        }
        else if (slot is { } number)
        {
            client.Locate = (hosts, attempt, token) => AskClusterAsync(hosts[attempt % hosts.Count], number, token);
        }

        return client;
    }

    private async ValueTask<HostAddress> AskSentinelAsync(HostAddress sentinel, string master, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(sentinel, new RespLogin(null, _options.SentinelPassword, 0, "highperf-locate") { RequireMaster = false }, cancellationToken, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", master).ConfigureAwait(false);
        return reply.Items is [var host, var port]
            ? Allowed(new HostAddress(host.Text, (int)port.Integer))
            : throw new HighPerfException($"The sentinel at {sentinel} knows no master '{master}'{(reply.IsError ? ": " + reply.Text : ".")}");
    }

    private async ValueTask<HostAddress> AskClusterAsync(HostAddress node, int slot, CancellationToken cancellationToken)
    {
        var login = new RespLogin(_address.User, _address.Password, 0, "highperf-locate") { RequireMaster = false };
        var reply = await AskAsync(node, login, cancellationToken, "CLUSTER", "SLOTS").ConfigureAwait(false);
        foreach (var range in reply.Items)
        {
            if (range.Items is [var first, var last, var owner, ..] && first.Integer <= slot && slot <= last.Integer)
            {
                // A node that does not know its own name leaves it out: it means itself.
                var host = owner.Items[0].Text;
                return Allowed(new HostAddress(host.Length == 0 ? node.Host : host, (int)owner.Items[1].Integer));
            }
        }

        throw new HighPerfException($"The cluster has no node for slot {slot}{(reply.IsError ? ": " + reply.Text : ", says " + node)}.");
    }

    /// <summary>Whoever answers for a cluster or a master must not send us just anywhere.</summary>
    private HostAddress Allowed(HostAddress host)
        => _options.AllowedHosts is not { } allowed || allowed.Contains(host)
            ? host
            : throw new ConnectionRefusedException($"Redis refers to {host}, which is not among RedisOptions.AllowedHosts.");

    private async ValueTask<RespValue> AskAsync(HostAddress host, RespLogin login, CancellationToken cancellationToken, params object[] command)
    {
        var options = _options.Connection;
        var once = new ConnectionOptions { Hosts = [host], Tls = options.Tls, ConnectTimeout = options.ConnectTimeout, TcpUserTimeout = options.TcpUserTimeout };
        var client = new RespClient($"{_name} (locate, {host})", once, login, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, Clock);
        await using (client.ConfigureAwait(false))
        {
            client.Connection.Start();
            await client.Connection.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
            return await client.CallAsync(command).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
