using Google.Protobuf;
using HighPerf.Benchmarks.Protobuf;

namespace HighPerf.Benchmarks.Codecs;

/// <summary>Google.Protobuf over messages that are built already: what it would cost to make them of the shapes is not counted.</summary>
internal abstract class ProtobufCodec<TMessage> : IShapeCodec<TMessage>
    where TMessage : class, Google.Protobuf.IMessage<TMessage>, new()
{
    private static readonly MessageParser<TMessage> s_parser = new(static () => new TMessage());

    public static void Write(PooledBuffer output, TMessage value) => value.WriteTo(output);

    public static TMessage Read(ReadOnlySpan<byte> input) => s_parser.ParseFrom(input);
}
