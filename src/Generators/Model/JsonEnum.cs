namespace HighPerf.Generators.Model;

/// <summary>An enum: its underlying type, and its members with their values as source.</summary>
internal sealed record JsonEnum(string Underlying, EquatableArray<JsonEnumMember> Members) : JsonForm;
