namespace HighPerf.Transports;

/// <summary>How Redis is used as a store of state or results.</summary>
public sealed class RedisStoreOptions : RedisOptions
{
    /// <summary>How long an operation waits for a lost connection and tries again; 10 s by default. After that it fails.</summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long results are kept; 1 day by default. State has its lifetimes per key.</summary>
    public TimeSpan ResultLifetime { get; set; } = TimeSpan.FromDays(1);

    internal void Validate()
    {
        ValidateConnection();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(OperationTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ResultLifetime, TimeSpan.Zero);
    }
}
