using System;
using System.Globalization;

namespace HighPerf.Analyzers.Cancellation;

/// <summary>Where in a call's argument list the token goes. Travels to the code fix as text.</summary>
internal readonly record struct TokenArgument(string Parameter, int Index, bool IsNamed)
{
    public static TokenArgument Parse(string text)
    {
        var parts = text.Split(':');
        return new TokenArgument(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), bool.Parse(parts[2]));
    }

    public override string ToString() => string.Join(":", Parameter, Index.ToString(CultureInfo.InvariantCulture), IsNamed.ToString());
}
