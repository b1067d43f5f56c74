namespace HighPerf.Generators.Model;

/// <summary>The message that a task subscribes to; under its former names too.</summary>
internal sealed record SubscriptionModel(string TypeName, string Kind, EquatableArray<string> Aliases);
