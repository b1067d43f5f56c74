using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace HighPerf.Analyzers;

/// <summary>Every rule of the analyzers. Each has a page in docs/diagnostics, a row in AnalyzerReleases and tests.</summary>
internal static class Rules
{
    public const string HelpBase = "https://highperf.dev/diagnostics/";

    private const string Declarations = "HighPerf.Declarations";
    private const string Usage = "HighPerf.Usage";

    public static readonly DiagnosticDescriptor TokenNotPassed = new(
        "HP0018", "A task passes its token on", "'{0}' takes a CancellationToken and gets none: pass '{1}' on (or CancellationToken.None, if it must not be cancelled)",
        Usage, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpBase + "HP0018");

    public static readonly DiagnosticDescriptor TokenNotTaken = new(
        "HP0019", "A task that waits takes a token", "The task '{0}' waits for '{1}' and cannot be cancelled: add a TaskContext or CancellationToken parameter to '{2}' and pass its token on",
        Usage, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: HelpBase + "HP0019");

    public static readonly DiagnosticDescriptor BlockingCall = new(
        "HP0020", "A task that waits does not block", "'{0}' blocks a thread that the I/O tasks share: use '{1}', or give the task '{2}' a CPU slot with Slot = SlotKind.Cpu",
        Usage, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpBase + "HP0020");

    public static readonly DiagnosticDescriptor Outlives = new(
        "HP0021", "What belongs to an attempt ends with it", "'{0}' belongs to one attempt of the task '{1}' and is not valid after it, but {2}",
        Usage, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpBase + "HP0021");

    public static readonly DiagnosticDescriptor NameInReference = new(
        "HP0022", "A referenced assembly has the same wire name", "'{0}' and '{1}' of the referenced assembly '{2}' both use the wire name \"{3}\": only one of them would be found; give one of them another name in its attribute",
        Declarations, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpBase + "HP0022");

    public static readonly DiagnosticDescriptor CronProblem = new(
        "HP0023", "A cron expression does not parse", "\"{0}\" is not a cron expression: {1}",
        Declarations, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpBase + "HP0023");

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } = [TokenNotPassed, TokenNotTaken, BlockingCall, Outlives, NameInReference, CronProblem];
}
