using System.ComponentModel;
using System.Globalization;

namespace HighPerf;

/// <summary>Bytes that are not the message they claim to be: truncated, out of range, over a limit, or of another contract. Says where.</summary>
public sealed class MessageFormatException : HighPerfException
{
    private readonly string _what;
    private readonly int _inRun = -1;

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="offset">Byte offset in the body or envelope; -1 when unknown.</param>
    public MessageFormatException(string message, int offset = -1)
        : base(message)
        => (_what, Offset) = (message, offset);

    /// <summary>Within a run of fixed-size members: which one it is, the generated code knows.</summary>
    internal MessageFormatException(string message, int offset, int inRun)
        : this(message, offset)
        => _inRun = inRun;

    /// <summary>True if the bytes may well be right, but have more members than are known here: a newer version wrote them, and a newer version reads them.</summary>
    public bool IsNewer { get; init; }

    /// <summary>Creates the exception for a place in JSON.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="path">The member, from the root: <c>$.lines[2].price</c>.</param>
    /// <param name="offset">Byte offset in the body.</param>
    public MessageFormatException(string message, string path, int offset)
        : this(message, offset)
        => Path = path;

    /// <summary>Byte offset in the body or envelope; -1 when unknown.</summary>
    public int Offset { get; private set; }

    /// <summary>Path of the member in a JSON body (<c>$.lines[2].price</c>); null for other bytes.</summary>
    public string? Path { get; }

    /// <summary>The innermost contract and its member, as <c>Shop.OrderPlaced.Total</c>; null where no contract was being read.</summary>
    public string? Member { get; internal set; }

    /// <inheritdoc/>
    public override string Message => (Path ?? Member) is { } place ? $"{place}: {_what}" + At : _what + At;

    private string At => Offset < 0 ? "" : $" (at byte {Offset})";

    /// <summary>
    /// Notes where a contract's reading stopped, unless a contract within it did. Generated code calls it in an exception filter, so that naming the member costs
    /// nothing while bytes are good and unwinds nothing when they are not.
    /// </summary>
    /// <param name="contract">The contract's name.</param>
    /// <param name="members">Its members in wire order as <c>Name:size</c>, separated by commas; size 0 where it varies.</param>
    /// <param name="index">The member, or the first of the run, that was being read.</param>
    /// <param name="position">The reader's position.</param>
    /// <param name="single">The member was read alone, not as a run with its neighbours.</param>
    /// <returns>Always false: the filter does not catch.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool Locate(string contract, string members, int index, int position, bool single)
    {
        if (Member is not null)
        {
            return false;
        }

        var names = members.Length == 0 ? [] : members.Split(',').Select(static m => m.Split(':')).ToArray();
        int Size(int i) => int.Parse(names[i][1], CultureInfo.InvariantCulture);

        var start = position;
        if (_inRun >= 0 && Offset < 0 && index < names.Length)
        {
            for (var i = index; i < names.Length && Size(i) > 0 && (i == index || !single); i++)
            {
                start -= Size(i);
            }
        }

        for (var left = _inRun; left >= 0 && index < names.Length - 1 && Size(index) > 0 && left >= Size(index) && !single; index++)
        {
            left -= Size(index);
        }

        // Where the run starts is known only for members; elsewhere, where it ends has to do.
        Offset = Offset >= 0 ? Offset : start < position ? start + _inRun : position;
        Member = index < names.Length ? $"{contract}.{names[index][0]}" : contract;
        return false;
    }
}
