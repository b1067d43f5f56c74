using HighPerf.Connections;
using HighPerf.Transports.Nats.JetStream;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>A copy of a message to another place of its queue: to where it waits, to its lane when it is due, back from the dead letters. Null: it is there; else why not.</summary>
internal sealed class CopyRequest(NatsQueue queue, MessageHeaders headers, ReadOnlyMemory<byte> bytes) : NatsRequest
{
    private readonly TaskCompletionSource<string?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async ValueTask<string?> SendAsync(NatsTransport transport, NatsQueue queue, MessageHeaders headers, long source, char kind, ReadOnlyMemory<byte> bytes)
    {
        (headers.Source, headers.SourceKind) = (source, kind);
        var request = new CopyRequest(queue, headers, bytes);
        while (true)
        {
            switch (transport.Client.TrySend(request))
            {
                case WriteAdmission.Full:
                    await transport.Client.Connection.WaitForRoomAsync().ConfigureAwait(false);
                    continue;
                case WriteAdmission.Disconnected:
                    return "There is no connection.";
            }

            return await request._answer.Task.ConfigureAwait(false);
        }
    }

    public override void Write(ref NatsWriter writer, scoped ReadOnlySpan<byte> replyTo) => queue.Write(ref writer, replyTo, in headers, bytes.Span);

    public override void OnReply(in NatsFrame reply)
    {
        string? description = null;
        var isThere = reply.Status == 0 && PublishAnswer.IsAccepted(reply.Payload, out _, out description);
        _answer.TrySetResult(isThere ? null : description ?? "Nobody is there to take it.");
    }

    public override void OnLost(Exception reason) => _answer.TrySetResult(reason.Message);
}
