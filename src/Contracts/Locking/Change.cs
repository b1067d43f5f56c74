using System.Globalization;

namespace HighPerf.Contracts.Locking;

/// <summary>A change that another version of the project cannot live with.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Before">The contract, enum or struct as the file has it.</param>
/// <param name="After">What it is now; null when it is gone.</param>
/// <param name="MemberBefore">Name of the member, value or former name as the file has it; empty when it is about the whole.</param>
/// <param name="MemberAfter">Name of the member now; empty when there is none.</param>
/// <param name="Line">The line of the file that it goes against.</param>
/// <param name="What">What changed.</param>
/// <param name="WaysOut">What can be done about it, but for accepting it.</param>
internal sealed record Change(ChangeKind Kind, Entry Before, Entry? After, string MemberBefore, string MemberAfter, int Line, string What, string WaysOut)
{
    public const string Accept = "or accept it for all that is deployed and queued: dotnet build -p:HighPerfContracts=accept";

    public string Id => "HP0" + ((int)Kind).ToString(CultureInfo.InvariantCulture);

    /// <summary>What changed and every way out.</summary>
    public string Message => $"{What}. {WaysOut}; {Accept}";
}
