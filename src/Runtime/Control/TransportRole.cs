using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Control;

/// <summary>A broker connection.</summary>
internal sealed class TransportRole(Transport transport, TransportRequirements? requirements, IReadOnlyList<Destination> destinations, ILogger logger) : Role($"transport {transport.Name}")
{
    public override async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        Health = RoleHealth.Starting;
        await transport.StartAsync(cancellationToken).ConfigureAwait(false);
        if (requirements?.WhatIsMissing(transport) is { } missing)
        {
            throw new HighPerfConfigurationException([missing]);
        }

        Health = RoleHealth.Healthy;
    }

    public override async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        Health = RoleHealth.Draining;
        if (transport.Durability != DurabilityLevel.Memory)
        {
            return;
        }

        // What is in memory ends here; it is not lost silently.
        foreach (var destination in destinations.Where(d => d.Transport == transport))
        {
            var length = await transport.GetLengthAsync(destination.Queue, CancellationToken.None).ConfigureAwait(false);
            if (length.Ready + length.Delayed + length.InFlight > 0)
            {
                ControlLog.QueueDropped(logger, destination.ToString(), length.Ready + length.Delayed + length.InFlight);
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await transport.DisposeAsync().ConfigureAwait(false);
        Health = RoleHealth.Stopped;
    }
}
