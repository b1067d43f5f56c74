using RabbitMQ.Client;

namespace HighPerf.Transports.RabbitMq;

/// <summary>Ends channels without waiting for ever, and says what kind of error ended one.</summary>
internal static class ChannelEnd
{
    public const int NotFound = 404;
    public const int AccessRefused = 403;
    public const int PreconditionFailed = 406;

    private static readonly TimeSpan s_atMost = TimeSpan.FromSeconds(2);

    public static async ValueTask AbortAsync(IChannel channel)
    {
        try
        {
            if (channel.IsOpen)
            {
                using var limit = new CancellationTokenSource(s_atMost);
                await channel.AbortAsync(limit.Token).WaitAsync(s_atMost).ConfigureAwait(false);
            }

            await channel.DisposeAsync().AsTask().WaitAsync(s_atMost).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It is given up in any case.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
