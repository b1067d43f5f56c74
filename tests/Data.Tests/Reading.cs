using System.Text.Json.Serialization;

namespace HighPerf.Data.Tests;

/// <summary>A document with a hand-written codec, so that these tests do not need the generator.</summary>
public sealed record Reading(string File, long Index, string Text) : IMessage<Reading>
{
    public static MessageDescriptor Descriptor { get; } = new(MessageKind.Document, "Reading", 1);

    public static void Write(ref MessageWriter writer, in Reading? value)
    {
        if (value is null)
        {
            writer.WriteNullObject();
            return;
        }

        writer.WriteObjectHeader(3);
        writer.WriteString(value.File);
        writer.Write(value.Index);
        writer.WriteString(value.Text);
    }

    public static Reading? Read(ref MessageReader reader)
        => reader.TryReadObjectHeader(3, nameof(Reading), out _) ? new Reading(reader.ReadString()!, reader.Read<long>(), reader.ReadString()!) : null;

    public static void WriteJson(JsonMessageWriter writer, in Reading? value) => throw new NotSupportedException();

    public static Reading? ReadJson(ref JsonMessageReader reader) => throw new NotSupportedException();

    public static Reading Of(FileSlice slice) => new(slice.RelativePath, slice.Index, slice.GetText());

    public SinkRecord ToRecord(MessageId id)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MessageWriter(buffer);
        Write(ref writer, this);
        writer.Flush();
        return new SinkRecord(id, "Test", buffer.WrittenMemory);
    }
}

[JsonSerializable(typeof(Reading))]
internal sealed partial class ReadingJson : JsonSerializerContext;
