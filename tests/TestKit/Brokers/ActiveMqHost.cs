using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Xunit.Sdk;

namespace HighPerf.TestKit.Brokers;

/// <summary>
/// An ActiveMQ Classic for tests: Debian's jars with a configuration of its own, which opens nothing but STOMP on a loopback port. With the statistics plugin, whose answers need XStream,
/// which Debian's package does not bring along.
/// </summary>
public sealed class ActiveMqHost : BrokerHost
{
    private const string Home = "/usr/share/activemq";
    private const string Jars = "/usr/share/java";

    private readonly string _plugins;
    private readonly string _policies;
    private readonly string _cursor;
    private readonly bool _hasScheduler;

    /// <summary>Creates a host that is not started.</summary>
    /// <param name="plugins">Further elements of <c>plugins</c>.</param>
    /// <param name="cursor">Element that says where a queue keeps what waits.</param>
    /// <param name="policies">Attributes of the policy for all queues.</param>
    /// <param name="hasScheduler">False for a broker that cannot delay.</param>
    /// <param name="hasStatistics">False for a broker without the plugin.</param>
    public ActiveMqHost(string plugins = "", string policies = "", string cursor = "", bool hasScheduler = true, bool hasStatistics = true)
        : base("activemq")
    {
        _plugins = (hasStatistics ? "<statisticsBrokerPlugin/>" : "") + plugins;
        _policies = policies;
        _cursor = cursor;
        _hasScheduler = hasScheduler;
    }

    /// <summary><c>stomp://host:port</c>.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"stomp://127.0.0.1:{Port}");

    /// <inheritdoc/>
    protected override ProcessStartInfo Command()
    {
        if (!File.Exists($"{Home}/bin/activemq.jar"))
        {
            throw new XunitException($"ActiveMQ is not installed ({Home}/bin/activemq.jar). ./test.sh installs the servers that the tests need.");
        }

        var libraries = Directory.CreateDirectory(Path.Combine(DataDirectory, "lib")).FullName;
        foreach (var jar in new[] { "xstream.jar", "jettison.jar", "xpp3.jar" })
        {
            if (!File.Exists(Path.Combine(libraries, jar)) && File.Exists(Path.Combine(Jars, jar)))
            {
                File.CreateSymbolicLink(Path.Combine(libraries, jar), Path.Combine(Jars, jar));
            }
        }

        var configuration = Path.Combine(DataDirectory, "activemq.xml");
        File.WriteAllText(configuration, Configuration());
        var data = Path.Combine(DataDirectory, "data");
        return new ProcessStartInfo("java",
        [
            "-Xmx256M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            $"-Dactivemq.home={Home}", $"-Dactivemq.base={DataDirectory}", $"-Dactivemq.conf={DataDirectory}", $"-Dactivemq.data={data}",
            "-jar", $"{Home}/bin/activemq.jar", "start", $"xbean:file:{configuration}",
        ]);
    }

    /// <inheritdoc/>
    protected override async ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, cancellationToken).ConfigureAwait(false);
        await client.GetStream().WriteAsync("CONNECT\naccept-version:1.2\nhost:x\n\n\0"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        var bytes = new byte[512];
        var count = await client.GetStream().ReadAsync(bytes, cancellationToken).ConfigureAwait(false);

        // One that wants a login answers ERROR and is ready too.
        var answer = Encoding.ASCII.GetString(bytes, 0, count);
        return answer.StartsWith("CONNECTED", StringComparison.Ordinal) || answer.StartsWith("ERROR", StringComparison.Ordinal);
    }

    private string Configuration()
        => $"""
            <beans xmlns="http://www.springframework.org/schema/beans" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                xsi:schemaLocation="http://www.springframework.org/schema/beans http://www.springframework.org/schema/beans/spring-beans-2.0.xsd http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">
              <broker xmlns="http://activemq.apache.org/schema/core" useJmx="false" brokerName="test" dataDirectory="{DataDirectory}/data"
                  schedulerSupport="{(_hasScheduler ? "true" : "false")}" advisorySupport="false" useShutdownHook="true">
                <destinationPolicy><policyMap><policyEntries>
                  <policyEntry queue=">" {_policies}>{_cursor}<deadLetterStrategy><individualDeadLetterStrategy queuePrefix="DLQ."/></deadLetterStrategy></policyEntry>
                </policyEntries></policyMap></destinationPolicy>
                <persistenceAdapter><kahaDB directory="{DataDirectory}/data/kahadb"/></persistenceAdapter>
                {(_plugins.Length > 0 ? $"<plugins>{_plugins}</plugins>" : "")}
                <transportConnectors><transportConnector name="stomp" uri="stomp://127.0.0.1:{Port}?transport.tcpNoDelay=true"/></transportConnectors>
              </broker>
            </beans>
            """;
}
