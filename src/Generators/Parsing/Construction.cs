using System.Collections.Generic;

namespace HighPerf.Generators.Parsing;

/// <summary>How a contract is built from its members' values; the numbers are indexes of members.</summary>
internal sealed class Construction
{
    public List<int> ConstructorMembers { get; } = [];

    public List<int> InitializerMembers { get; } = [];

    public List<int> NotRestored { get; } = [];

    public List<string> IgnoredRequired { get; } = [];
}
