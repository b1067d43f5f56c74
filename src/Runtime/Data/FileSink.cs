using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HighPerf.Data;

/// <summary>Reads what a <see cref="FileSink{TDocument}"/> wrote.</summary>
public static class FileSink
{
    private const int InitialBuffer = 64 * 1024;

    /// <summary>
    /// Streams the lines that begin in <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive), byte offsets that need not be line starts: ranges that
    /// follow each other give every line once, so a file is shared out by its length alone. Memory: the longest line. Read after the sink has started (it cuts what a
    /// crash left) or was disposed; a last line without its line feed is not a record and is not read.
    /// </summary>
    /// <exception cref="HighPerfException">A line is not the JSON of a <typeparamref name="T"/>; says at which byte it begins.</exception>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(
        string path, JsonTypeInfo<T> json, long from = 0, long to = long.MaxValue, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.SequentialScan);
        var buffer = ArrayPool<byte>.Shared.Rent(InitialBuffer);
        try
        {
            // A line begins after a line feed: look for it from the byte before.
            var position = Math.Max(from - 1, 0);
            var skip = from > 0;
            int start = 0, scanned = 0, end = 0;
            while (true)
            {
                var length = buffer.AsSpan(scanned, end - scanned).IndexOf((byte)'\n');
                if (length >= 0)
                {
                    var lineStart = position + start;
                    var line = buffer.AsMemory(start, scanned + length - start);
                    start = scanned += length + 1;
                    if (skip)
                    {
                        skip = false;
                        continue;
                    }

                    if (lineStart >= to)
                    {
                        yield break;
                    }

                    yield return Parse(path, lineStart, line.Span, json);
                    continue;
                }

                scanned = end;
                if (!skip && position + start >= to)
                {
                    yield break;
                }

                if (start > 0)
                {
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                    position += start;
                    (start, scanned, end) = (0, scanned - start, end - start);
                }
                else if (end == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, end).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(end), position + end, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    yield break;
                }

                end += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static T Parse<T>(string path, long position, ReadOnlySpan<byte> line, JsonTypeInfo<T> json)
    {
        try
        {
            return JsonSerializer.Deserialize(line, json)!;
        }
        catch (JsonException exception)
        {
            throw new HighPerfException($"The line at byte {position} of '{path}' is not the JSON of a {typeof(T).Name}: {exception.Message}", exception);
        }
    }
}
