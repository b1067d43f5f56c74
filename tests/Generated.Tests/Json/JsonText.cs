using System.Buffers;
using System.Text;

namespace HighPerf.Generated.Tests.Json;

/// <summary>Writes and reads JSON through the generated static abstracts.</summary>
internal static class JsonText
{
    public static string Write<T>(T? value, JsonMessageOptions? options = null)
        where T : IMessage<T>
    {
        var output = new ArrayBufferWriter<byte>();
        MessageJson.Write(output, value, options);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static T? Read<T>(string json, JsonMessageOptions? options = null)
        where T : IMessage<T>
        => MessageJson.Read<T>(Encoding.UTF8.GetBytes(json), options);

    public static MessageFormatException Refused<T>(string json, JsonMessageOptions? options = null)
        where T : IMessage<T>
        => Xunit.Assert.Throws<MessageFormatException>(() => Read<T>(json, options));

    public static MessageFormatException Refused<T>(byte[] json)
        where T : IMessage<T>
        => Xunit.Assert.Throws<MessageFormatException>(() => MessageJson.Read<T>(json));

    public static string Arguments<TArguments, TResult>(TaskCall<TArguments, TResult> call)
        where TArguments : struct, ITaskArguments<TArguments>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new JsonMessageWriter(output);
        TArguments.WriteJson(writer, call.Arguments);
        writer.Flush();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Reads arguments; the call only says of which task.</summary>
    public static TArguments ReadArguments<TArguments, TResult>(TaskCall<TArguments, TResult> call, string json)
        where TArguments : struct, ITaskArguments<TArguments>
    {
        _ = call;
        var reader = new JsonMessageReader(Encoding.UTF8.GetBytes(json));
        var arguments = TArguments.ReadJson(ref reader);
        reader.End();
        return arguments;
    }
}
