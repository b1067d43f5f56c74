using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HighPerf.Benchmarks.Tasks;

namespace HighPerf.Benchmarks.Codecs;

/// <summary>System.Text.Json with source-generated contracts and a writer that is used again.</summary>
internal abstract class SystemTextJsonCodec : IShapeCodec<SmallCommand>, IShapeCodec<MediumEvent>, IShapeCodec<LargeBatch>
{
    private static readonly Utf8JsonWriter s_writer = new(Stream.Null);

    public static void Write(PooledBuffer output, SmallCommand value) => Write(output, value, ShapesJson.Default.SmallCommand);

    public static void Write(PooledBuffer output, MediumEvent value) => Write(output, value, ShapesJson.Default.MediumEvent);

    public static void Write(PooledBuffer output, LargeBatch value) => Write(output, value, ShapesJson.Default.LargeBatch);

    static SmallCommand IShapeCodec<SmallCommand>.Read(ReadOnlySpan<byte> input) => JsonSerializer.Deserialize(input, ShapesJson.Default.SmallCommand)!;

    static MediumEvent IShapeCodec<MediumEvent>.Read(ReadOnlySpan<byte> input) => JsonSerializer.Deserialize(input, ShapesJson.Default.MediumEvent)!;

    static LargeBatch IShapeCodec<LargeBatch>.Read(ReadOnlySpan<byte> input) => JsonSerializer.Deserialize(input, ShapesJson.Default.LargeBatch)!;

    private static void Write<T>(PooledBuffer output, T value, JsonTypeInfo<T> contract)
    {
        s_writer.Reset(output);
        JsonSerializer.Serialize(s_writer, value, contract);
        s_writer.Flush();
    }
}
