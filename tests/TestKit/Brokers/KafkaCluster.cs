using System.Globalization;
using System.Net;

namespace HighPerf.TestKit.Brokers;

/// <summary>A cluster of <see cref="KafkaHost"/>'s.</summary>
public sealed class KafkaCluster : IAsyncDisposable
{
    private readonly KafkaHost _host;
    private readonly int _number;

    internal KafkaCluster(KafkaHost host, int number, string servers) => (_host, _number, Servers) = (host, number, servers);

    /// <summary><c>host:port,host:port</c>.</summary>
    public string Servers { get; }

    /// <summary><c>kafka://host:port,host:port</c>.</summary>
    public string Address => $"kafka://{Servers}";

    /// <summary>Where its first broker listens.</summary>
    public IPEndPoint Server => IPEndPoint.Parse(Servers.Split(',')[0]);

    /// <summary>Creates a topic, unless the cluster is somebody else's, where transports do.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="partitions">How many.</param>
    public Task CreateTopicAsync(string topic, int partitions) => TellAsync($"topic {{0}} {topic} {partitions} 1");

    /// <summary>Lets a broker tell clients a proxy's port as its own.</summary>
    /// <param name="port">The port.</param>
    /// <param name="broker">Its number, from 1.</param>
    public Task AdvertiseAsync(int port, int broker = 1) => TellAsync($"advertise {{0}} {broker} {port}");

    /// <summary>A broker closes its connections and takes no more.</summary>
    /// <param name="broker">Its number, from 1; -1 for all.</param>
    public Task SetDownAsync(int broker = -1) => TellAsync($"down {{0}} {broker}");

    /// <summary>A broker takes connections again.</summary>
    /// <param name="broker">Its number, from 1; -1 for all.</param>
    public Task SetUpAsync(int broker = -1) => TellAsync($"up {{0}} {broker}");

    /// <summary>The next requests of a kind fail.</summary>
    /// <param name="api">The protocol's number of the request: 0 Produce, 8 OffsetCommit, 9 OffsetFetch.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="error">The protocol's error.</param>
    public Task FailAsync(int api, int count, int error) => TellAsync($"fail {{0}} {api} {count} {error}");

    /// <summary>What retention does.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="before">The first offset that stays.</param>
    public Task DeleteRecordsAsync(string topic, int partition, long before) => TellAsync($"delete {{0}} {topic} {partition} {before}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await TellAsync("end {0}").ConfigureAwait(false);

    private Task TellAsync(string line) => KafkaHost.IsForeign ? Task.CompletedTask : _host.TellAsync(line.Replace("{0}", _number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
}
