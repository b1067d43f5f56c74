using System.Globalization;
using System.Text;

namespace HighPerf.Transports;

/// <summary>
/// What a transport can do, by whom it is done and within which limits (contract D21): printed when an application starts, compared with what it asks for, and proved by the
/// conformance suites. Data and no code: what decides at run time is <see cref="TransportSupport.Level"/>.
/// </summary>
public sealed class TransportCapabilities
{
    private static readonly TransportFeature[] s_features = Enum.GetValues<TransportFeature>();
    private readonly TransportSupport[] _supports;

    /// <summary>Creates the table.</summary>
    /// <param name="maxMessageBytes">The largest message, envelope included.</param>
    /// <param name="supports">An answer for every feature.</param>
    /// <exception cref="ArgumentException">A feature is missing, is there twice, or has no text.</exception>
    public TransportCapabilities(long maxMessageBytes, params ReadOnlySpan<(TransportFeature Feature, TransportSupport Support)> supports)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxMessageBytes);
        var all = new TransportSupport[s_features.Length];
        foreach (var (feature, support) in supports)
        {
            if (all[(int)feature].How is not null || string.IsNullOrWhiteSpace(support.How))
            {
                throw new ArgumentException($"{feature} is answered twice or without a text.", nameof(supports));
            }

            all[(int)feature] = support;
        }

        if (Array.FindIndex(all, static support => support.How is null) is >= 0 and var missing)
        {
            throw new ArgumentException($"{(TransportFeature)missing} is not answered: say native, emulated or impossible.", nameof(supports));
        }

        MaxMessageBytes = maxMessageBytes;
        _supports = all;
    }

    /// <summary>The largest message in bytes, envelope included; more is rejected before it goes anywhere (D3).</summary>
    public long MaxMessageBytes { get; }

    /// <summary>The answer for a feature.</summary>
    public TransportSupport this[TransportFeature feature] => _supports[(int)feature];

    /// <summary>The features, in the order of tables.</summary>
    public static IReadOnlyList<TransportFeature> Features => s_features;

    /// <summary>The same with another answer for a feature.</summary>
    public TransportCapabilities With(TransportFeature feature, TransportSupport support)
        => new(MaxMessageBytes, [.. s_features.Select(f => (f, f == feature ? support : this[f]))]);

    /// <summary>The whole as a table of lines, for people.</summary>
    public string ToTable()
    {
        var text = new StringBuilder();
        foreach (var feature in s_features)
        {
            text.Append(CultureInfo.InvariantCulture, $"{NameOf(feature),-16}{TransportSupport.Word(this[feature].Level),-12}{this[feature].How}").AppendLine();
        }

        return text.Append(CultureInfo.InvariantCulture, $"{"max message",-16}{MaxMessageBytes:N0} bytes").ToString();
    }

    internal static string NameOf(TransportFeature feature) => feature switch
    {
        TransportFeature.OrderingKey => "ordering key",
        TransportFeature.LeaseRenewal => "lease renewal",
        TransportFeature.DeadLetter => "dead letter",
        _ => feature.ToString().ToLowerInvariant(),
    };
}
