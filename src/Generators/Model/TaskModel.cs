namespace HighPerf.Generators.Model;

/// <summary>A <c>[Task]</c>: everything its generated code is made of.</summary>
internal sealed record TaskModel(
    TypeHeader Type,
    MessageInfo Message,
    TaskOptions Options,
    EquatableArray<string> Services,
    RunMethod Run,
    EquatableArray<ArgumentModel> Arguments,
    Shape? Result,
    string ResultTypeName,
    InstanceKind Instance,
    SubscriptionModel? Subscription,
    EquatableArray<ContractBody> Inlined);
