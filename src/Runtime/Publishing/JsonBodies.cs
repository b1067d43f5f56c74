using HighPerf.Messages;

namespace HighPerf.Publishing;

/// <summary>The JSON of a process that uses any: how each declaration is written and read, and which ones their routes say are published as JSON.</summary>
internal sealed class JsonBodies
{
    private readonly WireHashMap<JsonCodec> _codecs = new();
    private readonly WireHashMap<Choice> _choices = new();
    private readonly Func<MessageDescriptor, bool> _isJson;

    public JsonBodies(JsonMessageOptions options, IEnumerable<JsonCodec> codecs, Func<MessageDescriptor, bool> isJson)
    {
        Options = options;
        _isJson = isJson;
        foreach (var codec in codecs)
        {
            _codecs.GetOrAdd(codec.Message.Hash, codec);
        }
    }

    public JsonMessageOptions Options { get; }

    /// <summary>The JSON of a declaration, whatever its route says.</summary>
    public JsonCodec? Find(MessageDescriptor message) => _codecs.Find(message.Hash);

    /// <summary>The JSON of a message that is published as JSON; null for one that is published in the binary format.</summary>
    /// <exception cref="HighPerfException">It is routed as JSON and its JSON is not known here.</exception>
    public JsonCodec? ForPublishing(MessageDescriptor message) => (_choices.Find(message.Hash) ?? Choose(message)).Codec;

    private Choice Choose(MessageDescriptor message)
    {
        var codec = _isJson(message)
            ? Find(message) ?? throw new HighPerfException($"{message.Name} is routed as JSON, and no dispatch table in use knows its JSON. Reference the assembly that declares it, built with this version of the generator.")
            : null;
        return _choices.GetOrAdd(message.Hash, new Choice(codec));
    }

    private sealed record Choice(JsonCodec? Codec);
}
