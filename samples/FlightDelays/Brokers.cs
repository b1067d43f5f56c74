using HighPerf.Transports;

namespace HighPerf.Samples.FlightDelays;

/// <summary>The broker that the work may go by.</summary>
internal static class Brokers
{
    /// <summary>The name that routes use.</summary>
    public const string Name = "jobs";

    /// <exception cref="JobException">The address cannot be used. It may hold a password and is not repeated.</exception>
    public static Transport Create(string address, bool isOwner, HighPerfServices services)
    {
        try
        {
            return BrokerAddress.Create(Name, address, isOwner, services);
        }
        catch (Exception problem) when (problem is ArgumentException or UriFormatException)
        {
            throw new JobException($"--broker cannot be used: {problem.Message}", ExitCodes.Usage);
        }
    }
}
