using System.Text;

namespace HighPerf;

/// <summary>What was configured cannot work. The message is one readable block: every error with its path, value and what to do.</summary>
public sealed class HighPerfConfigurationException : HighPerfException
{
    /// <summary>Exit code of a process that cannot start for this reason: EX_CONFIG of sysexits.h.</summary>
    public const int ExitCode = 78;

    internal HighPerfConfigurationException(IReadOnlyList<string> errors)
        : base(Format(errors))
        => Errors = errors;

    /// <summary>The errors.</summary>
    public IReadOnlyList<string> Errors { get; }

    private static string Format(IReadOnlyList<string> errors)
    {
        var text = new StringBuilder("HighPerf cannot start: ").Append(errors.Count).Append(errors.Count == 1 ? " setting is wrong." : " settings are wrong.");
        foreach (var error in errors)
        {
            text.AppendLine().Append("  - ").Append(error);
        }

        return text.ToString();
    }
}
