namespace HighPerf.Messages;

/// <summary>
/// The attributes of one CloudEvent, without a protocol's prefix, in the order in which they were added. <c>datacontenttype</c> is the native content type in binary
/// mode; a transport takes it out, and puts it in.
/// </summary>
internal sealed class CloudEventAttributes
{
    private const int MaxAttributes = 128;
    private readonly List<KeyValuePair<string, string>> _items = [];

    public IReadOnlyList<KeyValuePair<string, string>> Items => _items;

    /// <summary>An attribute's value; null when it is absent.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var item in _items)
            {
                if (item.Key == name)
                {
                    return item.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Adds an attribute.</summary>
    /// <exception cref="MessageFormatException">The name is none, is there already, or is one too many.</exception>
    public void Add(string name, string value)
    {
        if (!CloudEventNames.IsValid(name))
        {
            throw new MessageFormatException($"'{name}' is no name of a CloudEvents attribute: those have small letters and digits only.");
        }

        if (this[name] is not null)
        {
            throw new MessageFormatException($"The CloudEvents attribute '{name}' is there twice.");
        }

        if (_items.Count == MaxAttributes)
        {
            throw new MessageFormatException($"A CloudEvent has more than {MaxAttributes} attributes.");
        }

        _items.Add(new KeyValuePair<string, string>(name, value));
    }

    /// <summary>For another message.</summary>
    public void Clear() => _items.Clear();
}
