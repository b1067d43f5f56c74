using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Diagnostics;

/// <summary>Every diagnostic of the generator. Each has a page in docs/diagnostics, a row in AnalyzerReleases and a test.</summary>
internal static class Descriptors
{
    public const string HelpBase = "https://highperf.dev/diagnostics/";

    private const string Declarations = "HighPerf.Declarations";
    private const string Serialization = "HighPerf.Serialization";
    private const string Routing = "HighPerf.Routing";
    private const string Contracts = "HighPerf.Contracts";

    public static readonly DiagnosticDescriptor NotPartial = Error(
        "HP0001", Declarations, "A declared type must be partial", "Add 'partial' to '{0}': the generator adds its serializer and dispatch code to the type");

    public static readonly DiagnosticDescriptor ContainingNotPartial = Error(
        "HP0002", Declarations, "A type around a declared type must be partial", "Add 'partial' to '{0}', which contains the declared type '{1}', or move '{1}' out of it");

    public static readonly DiagnosticDescriptor NoRunMethod = Error(
        "HP0003", Declarations, "A task needs a method to run", "Add a method 'RunAsync' (or 'Run') to the task '{0}'; its parameters are the message");

    public static readonly DiagnosticDescriptor SeveralRunMethods = Error(
        "HP0004", Declarations, "A task has one method to run", "The task '{0}' has {1} methods named 'RunAsync' or 'Run'; keep one and rename the others");

    public static readonly DiagnosticDescriptor TaskClassKind = Error(
        "HP0005", Declarations, "A task is an ordinary class", "The task '{0}' must not be {1}; declare a sealed partial class");

    public static readonly DiagnosticDescriptor NotAccessible = Error(
        "HP0006", Declarations, "A declared type must be visible in its assembly", "Make '{0}' and the types around it internal or public: the assembly's dispatch table refers to it");

    public static readonly DiagnosticDescriptor InvalidTimeLimit = Error(
        "HP0007", Declarations, "A time limit is not a positive time span", "'{0}' of the task '{1}' is \"{2}\"; write a positive time span as hh:mm:ss[.fff], for example \"00:00:30\"");

    public static readonly DiagnosticDescriptor NegativeMaxAttempts = Error(
        "HP0008", Declarations, "MaxAttempts is negative", "MaxAttempts of the task '{0}' is {1}; write the number of attempts in all, or 0 for the worker's retry policy");

    public static readonly DiagnosticDescriptor InvalidWireName = Error(
        "HP0009", Declarations, "A wire name is empty or too long", "The wire name \"{0}\" of '{1}' has {2} bytes; give it a name of 1 to 256 bytes of UTF-8");

    public static readonly DiagnosticDescriptor DuplicateWireName = Error(
        "HP0010", Declarations, "Two declarations have the same wire name", "'{0}' and '{1}' both use the wire name \"{2}\"; give one of them another name in its attribute");

    public static readonly DiagnosticDescriptor HashCollision = Error(
        "HP0011", Declarations, "Two wire names have the same hash", "The wire names \"{0}\" of '{1}' and \"{2}\" of '{3}' have the same 64-bit hash; give one of them another name in its attribute");

    public static readonly DiagnosticDescriptor MemberNameTaken = Error(
        "HP0012", Declarations, "A member has the name of a generated member", "Rename the member '{0}' of '{1}': the generator adds a member of that name");

    public static readonly DiagnosticDescriptor SeveralConstructors = Error(
        "HP0013", Declarations, "A task has one constructor", "The task '{0}' has {1} constructors; keep the one that takes its services");

    public static readonly DiagnosticDescriptor ParameterPassing = Error(
        "HP0014", Declarations, "A task's parameter is passed by value", "The parameter '{0}' of the task '{1}' is declared '{2}'; a message carries values, so remove '{2}'");

    public static readonly DiagnosticDescriptor GenericRunMethod = Error(
        "HP0015", Declarations, "A task's method must not be generic", "'{0}' of the task '{1}' is generic; write one task per type, or take the type as data");

    public static readonly DiagnosticDescriptor AsyncVoid = Error(
        "HP0016", Declarations, "A task's method must not be async void", "'{0}' of the task '{1}' is 'async void': nobody could wait for it; return ValueTask");

    public static readonly DiagnosticDescriptor TwoKinds = Error(
        "HP0017", Declarations, "A type is declared twice", "'{0}' is declared as more than one of [Task], [Event] and [Document]; keep one");

    public static readonly DiagnosticDescriptor UnsupportedType = Error(
        "HP0100", Serialization, "A type cannot be part of a message", "'{0}' has the type '{1}', which cannot be part of a message: {2}");

    public static readonly DiagnosticDescriptor ContractKind = Error(
        "HP0101", Serialization, "A contract is an ordinary type", "'{0}' must not be {1}: declare a record, class or struct whose members are all known");

    public static readonly DiagnosticDescriptor NoConstructor = Error(
        "HP0102", Serialization, "A contract needs a constructor that its members fill", "'{0}' has no usable constructor: add one without parameters, or one whose parameters are named and typed like its members");

    public static readonly DiagnosticDescriptor NotRestored = Warning(
        "HP0103", Serialization, "A member is written but cannot be read back", "'{0}' is part of the message but has neither a setter nor a constructor parameter; add one, or put [IgnoreMember] on it");

    public static readonly DiagnosticDescriptor TooManyMembers = Error(
        "HP0104", Serialization, "A message has too many members", "'{0}' has {1} members; the format has room for 249, so move some into a type of their own");

    public static readonly DiagnosticDescriptor UnknownLayout = Error(
        "HP0105", Serialization, "A struct's layout is not known at compile time", "The struct '{0}' is encoded as its memory, but {1}; change it, or declare a class");

    public static readonly DiagnosticDescriptor ForeignType = Error(
        "HP0106", Serialization, "A type of another assembly is no contract", "'{0}' holds '{1}' of the assembly '{2}', which is no contract: add [Document] to it there, or write an IMessageFormatter<{1}> and name it with [Formatter<...>] on the member or on the assembly");

    public static readonly DiagnosticDescriptor DuplicateOrder = Error(
        "HP0107", Serialization, "Two members have the same place", "'{0}' and '{1}' both have place {2}; give each member of a contract with gaps a place of its own with [MemberOrder]");

    public static readonly DiagnosticDescriptor CircularShape = Error(
        "HP0108", Serialization, "A circular contract is built before it is filled", "'{0}' has circular references, so it must be a class with a constructor without parameters and members that can be set at any time (no init)");

    public static readonly DiagnosticDescriptor InvalidUnionCase = Error(
        "HP0109", Serialization, "A union's case does not fit", "'{1}' cannot be a case of the union '{0}': {2}");

    public static readonly DiagnosticDescriptor InvalidCallback = Error(
        "HP0110", Serialization, "A callback of a contract cannot be called", "'{0}' cannot be called when a value is read or written: {1}");

    public static readonly DiagnosticDescriptor ViewInDisposableTask = Error(
        "HP0150", Serialization, "A disposable task takes objects, not views", "'{0}' takes the view '{1}' and is disposable: it may outlive the bytes of its message; take the object, or leave the disposing to the services");

    public static readonly DiagnosticDescriptor NoView = Error(
        "HP0151", Serialization, "A contract has no view", "'{0}' takes a view of '{1}', which has none: {2}; take the object");

    public static readonly DiagnosticDescriptor NotAMessage = Error(
        "HP0200", Routing, "A subscription names something that is no message", "'{0}' subscribes to '{1}', which is neither an [Event] nor a [Document]; declare it as one");

    public static readonly DiagnosticDescriptor SubscriberArguments = Error(
        "HP0201", Routing, "A subscriber takes the message and nothing else", "'{0}' subscribes to '{1}', so '{1}' must be the only message parameter of '{2}' (a TaskContext and a CancellationToken may stand beside it)");

    public static readonly DiagnosticDescriptor SubscribeWithoutTask = Error(
        "HP0202", Routing, "A subscription is put on a task", "'{0}' has [Subscribe] but is no task; add [Task]");

    public static readonly DiagnosticDescriptor SeveralSubscriptions = Error(
        "HP0203", Routing, "A task subscribes to one message", "'{0}' has {1} [Subscribe] attributes; a task has one argument and so one message: write a task for each");

    public static readonly DiagnosticDescriptor InvalidVersion = Error(
        "HP0320", Contracts, "A version is a positive number", "'{0}' has Version = {1}; versions begin at 1");

    public static readonly DiagnosticDescriptor UpcastVersion = Error(
        "HP0321", Contracts, "An upcast is from an earlier version", "'{0}' is an upcast from version {1} of '{2}', which has version {3}; each earlier version, from 1 to the one before, may have one upcast");

    public static readonly DiagnosticDescriptor UpcastMethod = Error(
        "HP0322", Contracts, "An upcast makes this version from an earlier one", "'{0}' is an upcast of '{1}': write a static method that takes an [Event] or [Document] with the earlier version's members and returns '{2}'");

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        NotPartial, ContainingNotPartial, NoRunMethod, SeveralRunMethods, TaskClassKind, NotAccessible, InvalidTimeLimit, NegativeMaxAttempts, InvalidWireName,
        DuplicateWireName, HashCollision, MemberNameTaken, SeveralConstructors, ParameterPassing, GenericRunMethod, AsyncVoid, TwoKinds,
        UnsupportedType, ContractKind, NoConstructor, NotRestored, TooManyMembers, UnknownLayout, ForeignType, DuplicateOrder, CircularShape, InvalidUnionCase, InvalidCallback, ViewInDisposableTask, NoView,
        NotAMessage, SubscriberArguments, SubscribeWithoutTask, SeveralSubscriptions,
        InvalidVersion, UpcastVersion, UpcastMethod,
    ];

    public static DiagnosticDescriptor ById(string id)
    {
        foreach (var descriptor in All)
        {
            if (descriptor.Id == id)
            {
                return descriptor;
            }
        }

        throw new KeyNotFoundException(id);
    }

    private static DiagnosticDescriptor Error(string id, string category, string title, string message)
        => new(id, title, message, category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpBase + id);

    private static DiagnosticDescriptor Warning(string id, string category, string title, string message)
        => new(id, title, message, category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpBase + id);
}
