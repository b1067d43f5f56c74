using HighPerf.Calls;

namespace HighPerf.Publishing;

/// <summary>What follows the envelope: arguments, an event or document, or bytes that are encoded already. A type parameter and never a boxed value.</summary>
internal interface IMessageBody
{
    void Write(PooledBuffer buffer);
}

/// <summary>The arguments of a call.</summary>
internal readonly ref struct ArgumentsBody<TArguments>(ref readonly TArguments arguments) : IMessageBody
    where TArguments : struct, ITaskArguments<TArguments>
{
    private readonly ref readonly TArguments _arguments = ref arguments;

    public void Write(PooledBuffer buffer)
    {
        var writer = new MessageWriter(buffer);
        TArguments.Write(ref writer, _arguments);
        writer.Flush();
    }
}

/// <summary>An event or document.</summary>
internal readonly ref struct ValueBody<TMessage>(ref readonly TMessage message) : IMessageBody
    where TMessage : IMessage<TMessage>
{
    private readonly ref readonly TMessage _message = ref message;

    public void Write(PooledBuffer buffer)
    {
        var writer = new MessageWriter(buffer);
        TMessage.Write(ref writer, _message);
        writer.Flush();
    }
}

/// <summary>A body that is written already: JSON, or a result.</summary>
internal readonly ref struct WrittenBody(ReadOnlySpan<byte> bytes) : IMessageBody
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public void Write(PooledBuffer buffer) => buffer.Write(_bytes);
}

/// <summary>A command whose arguments are put together from bytes, or written by a part of a workflow.</summary>
internal readonly ref struct EncodedBody(ref readonly EncodedCommand command, byte argumentCount) : IMessageBody
{
    private readonly ref readonly EncodedCommand _command = ref command;

    public void Write(PooledBuffer buffer)
    {
        if (_command.Start is { } start)
        {
            var writer = new MessageWriter(buffer);
            start.WriteArguments(ref writer);
            writer.Flush();
            return;
        }

        buffer.Write([argumentCount]);
        buffer.Write(_command.Input.Span);
        buffer.Write(_command.OtherArguments.Span);
    }
}
