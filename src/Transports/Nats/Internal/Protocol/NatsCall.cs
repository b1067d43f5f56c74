using System.Buffers;

namespace HighPerf.Transports.Nats.Protocol;

/// <summary>A request whose answer is wanted as objects. Used once.</summary>
internal sealed class NatsCall(string subject, byte[] payload, byte[]? headers = null) : NatsRequest
{
    private readonly TaskCompletionSource<NatsReply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<NatsReply> Task => _answer.Task;

    public override void Write(ref NatsWriter writer, scoped ReadOnlySpan<byte> replyTo)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(subject);
        if (headers is null)
        {
            writer.Publish(bytes, replyTo, payload);
        }
        else
        {
            writer.Publish(bytes, replyTo, headers, payload);
        }
    }

    public override void OnReply(in NatsFrame reply) => _answer.TrySetResult(new NatsReply(reply.Status, reply.Payload.ToArray()));

    public override void OnLost(Exception reason) => _answer.TrySetException(reason as NatsConnectionException ?? new NatsConnectionException($"The connection was lost before NATS answered: {reason.Message}", reason));
}
