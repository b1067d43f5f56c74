using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using HighPerf.Data;

namespace HighPerf.Samples.FlightDelays;

/// <summary>
/// Writes a file of JSON lines, whole or not at all. Text is escaped as little as the platform can (UnsafeRelaxedJsonEscaping: "unsafe" only inside HTML), so that an
/// ampersand in an airport's name stays one.
/// </summary>
internal static class JsonLinesFile
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = false };

    public static void Write<T>(string path, IEnumerable<T> lines, Action<Utf8JsonWriter, T> write)
        => AtomicFile.Write(path, stream =>
        {
            var buffer = new ArrayBufferWriter<byte>();
            using var writer = new Utf8JsonWriter(buffer, Options);
            foreach (var line in lines)
            {
                write(writer, line);
                writer.Flush();
                stream.Write(buffer.WrittenSpan);
                stream.WriteByte((byte)'\n');
                buffer.ResetWrittenCount();
                writer.Reset();
            }
        });
}
