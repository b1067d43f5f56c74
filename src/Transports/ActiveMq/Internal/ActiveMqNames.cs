using System.Globalization;
using System.Text;

namespace HighPerf.Transports.ActiveMq;

/// <summary>A queue's names at the broker: one queue per priority class, and one for its dead letters.</summary>
internal sealed class ActiveMqNames
{
    public const int Classes = 3;

    private static readonly string[] s_classes = ["low", "normal", "high"];

    private readonly byte[][] _classes;

    public ActiveMqNames(string prefix, string queue)
    {
        var name = prefix + Encode(queue);
        PhysicalClasses = Array.ConvertAll(s_classes, suffix => $"{name}.{suffix}");
        PhysicalDead = $"{name}.dead";
        _classes = Array.ConvertAll(PhysicalClasses, static physical => Encoding.UTF8.GetBytes("/queue/" + physical));
        Dead = Encoding.UTF8.GetBytes("/queue/" + PhysicalDead);
    }

    /// <summary>Names without <c>/queue/</c>, by <see cref="MessagePriority"/>.</summary>
    public string[] PhysicalClasses { get; }

    public string PhysicalDead { get; }

    /// <summary>Destination of the dead letters; needs no escapes.</summary>
    public byte[] Dead { get; }

    /// <summary>Destination of a class; needs no escapes.</summary>
    public byte[] Of(int priority) => _classes[priority];

    /// <summary>The class whose name this is; -1 for none.</summary>
    public int ClassOf(string destination) => Array.FindIndex(PhysicalClasses, name => destination.EndsWith(name, StringComparison.Ordinal) && destination.Length - name.Length is 7 or 8);

    /// <summary>Commas, wildcards and question marks mean something in the name of a destination; all but the plainest characters become <c>%XX</c>.</summary>
    private static string Encode(string queue)
    {
        var text = new StringBuilder(queue.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(queue))
        {
            var character = (char)octet;
            if (char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_')
            {
                text.Append(character);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
            }
        }

        return text.ToString();
    }
}
