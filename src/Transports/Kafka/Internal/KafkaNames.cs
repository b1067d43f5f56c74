using System.Globalization;
using System.Text;

namespace HighPerf.Transports.Kafka;

/// <summary>A queue's names at the broker: a topic per priority class, one for what waits for its instant, one for its dead letters, and a group.</summary>
internal sealed class KafkaNames
{
    /// <summary>What Kafka allows.</summary>
    private const int MaxLength = 249;

    private readonly string[] _classes;

    /// <exception cref="ArgumentException">The name becomes too long.</exception>
    public KafkaNames(string prefix, string queue)
    {
        var name = Encode(prefix) + Encode(queue);
        if (name.Length + "_delay".Length > MaxLength)
        {
            throw new ArgumentException($"The queue '{queue}' would have topics with names of more than {MaxLength} characters.");
        }

        Group = name;
        IsReply = ReplyQueue.Is(queue);

        // Nobody's process comes back to a reply queue: it has no need of more than one topic.
        _classes = IsReply ? [name, name, name] : [name + "_low", name, name + "_high"];
        Delay = IsReply ? null : name + "_delay";
        Dead = name + "_dead";
        DeadGroup = Dead;
        Topics = IsReply ? [name] : [.. _classes, Delay!];
    }

    public string Group { get; }

    public bool IsReply { get; }

    /// <summary>Null where nothing can wait.</summary>
    public string? Delay { get; }

    public string Dead { get; }

    /// <summary>Whose committed offsets say what was replayed.</summary>
    public string DeadGroup { get; }

    /// <summary>What is declared with the first use, and what is subscribed to.</summary>
    public IReadOnlyList<string> Topics { get; }

    /// <summary>The topic of a class.</summary>
    public string Of(int priority) => _classes[priority];

    /// <summary>The class of a topic; -1 for the topic of what waits.</summary>
    public int ClassOf(string topic) => topic == _classes[(int)MessagePriority.Normal] ? (int)MessagePriority.Normal : Array.IndexOf(_classes, topic);

    /// <summary>Topics have letters, digits, dots, hyphens and underscores. An underscore begins what is none of the others: itself, or an octet in capital hexadecimal digits.</summary>
    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            var character = (char)octet;
            if (char.IsAsciiLetterOrDigit(character) || character is '.' or '-')
            {
                encoded.Append(character);
            }
            else if (character == '_')
            {
                encoded.Append("__");
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"_{octet:X2}");
            }
        }

        return encoded.ToString();
    }
}
