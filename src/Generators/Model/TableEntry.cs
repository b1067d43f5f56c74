namespace HighPerf.Generators.Model;

/// <summary>One declaration as the assembly's dispatch table sees it.</summary>
internal sealed record TableEntry(bool IsTask, string TypeName, string WireName, EquatableArray<string> Aliases, SubscriptionModel? Subscription);
