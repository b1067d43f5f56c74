using System.Diagnostics;

namespace HighPerf.Messages;

/// <summary>W3C trace context of a message (https://www.w3.org/TR/trace-context/): where its trace goes on.</summary>
internal readonly struct TraceContext(ActivityTraceId traceId, ActivitySpanId spanId, ActivityTraceFlags flags)
{
    public const int Size = 25;

    public readonly ActivityTraceId TraceId = traceId;
    public readonly ActivitySpanId SpanId = spanId;
    public readonly ActivityTraceFlags Flags = flags;

    public static TraceContext Of(Activity activity) => new(activity.TraceId, activity.SpanId, activity.ActivityTraceFlags);

    public static TraceContext Read(ReadOnlySpan<byte> source)
        => new(ActivityTraceId.CreateFromBytes(source[..16]), ActivitySpanId.CreateFromBytes(source.Slice(16, 8)), (ActivityTraceFlags)source[24]);

    public void Write(Span<byte> destination)
    {
        TraceId.CopyTo(destination[..16]);
        SpanId.CopyTo(destination.Slice(16, 8));
        destination[24] = (byte)Flags;
    }
}
