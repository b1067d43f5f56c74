namespace HighPerf.Transports;

/// <summary>Whether a transport can do something, by whom it is done, and with which limits.</summary>
/// <param name="Level">Who does it.</param>
/// <param name="How">By which means and within which limits; why not, where it is impossible. For people: it stands in tables.</param>
public readonly record struct TransportSupport(SupportLevel Level, string How)
{
    /// <summary>True if it can be asked for.</summary>
    public bool IsThere => Level != SupportLevel.Impossible;

    /// <summary>The broker does it.</summary>
    public static TransportSupport Native(string how) => new(SupportLevel.Native, how);

    /// <summary>The transport does it with other means of the broker.</summary>
    public static TransportSupport Emulated(string how) => new(SupportLevel.Emulated, how);

    /// <summary>It cannot be done.</summary>
    public static TransportSupport Impossible(string why) => new(SupportLevel.Impossible, why);

    /// <summary><c>native: one stream per class</c>.</summary>
    public override string ToString() => $"{Word(Level)}: {How}";

    internal static string Word(SupportLevel level) => level switch
    {
        SupportLevel.Native => "native",
        SupportLevel.Emulated => "emulated",
        _ => "impossible",
    };
}
