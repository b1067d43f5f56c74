using System.Buffers;
using System.Globalization;
using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>Takes what can be had now: what is due, what lapsed, what was given back, then by weight.</summary>
internal sealed class TakeRequest(RedisReceiver receiver, RedisQueue queue, RedisTransportOptions options) : ReceiveRequest(receiver)
{
    private long _high = 8;
    private long _normal = 4;
    private long _low = 1;

    public int Count { get; set; }

    /// <summary>True also looks for lapsed leases.</summary>
    public bool Scans { get; set; }

    public bool ByText { get; set; }

    /// <summary>Until the next delayed message is due; null when there is none.</summary>
    public TimeSpan? NextDue { get; private set; }

    public override void Write(ref RespWriter writer)
    {
        const int Arguments = 9;
        writer.Command(3 + RedisKeys.Count + Arguments);
        queue.WriteScript(ref writer, RedisScript.Take, ByText);
        writer.Argument(Receiver.Consumer);
        writer.Argument(Count);
        writer.Argument(Receiver.LeaseMilliseconds);
        writer.Argument(Scans ? 1 : 0);
        writer.Argument(_high);
        writer.Argument(_normal);
        writer.Argument(_low);
        writer.Argument(options.MaxDeadLetters);
        writer.Argument((long)options.DeadLetterRetryDelay.TotalMilliseconds);
    }

    protected override void Parse(ref RespReader reply)
    {
        const int Head = 5;
        const int Each = 3;
        var count = ((int)reply.Number - Head) / Each;
        _high = reply.ReadInteger();
        _normal = reply.ReadInteger();
        _low = reply.ReadInteger();
        var due = reply.ReadInteger();
        NextDue = due < 0 ? null : TimeSpan.FromMicroseconds(due);
        var gone = reply.ReadInteger();
        for (var i = 0; i < count; i++)
        {
            var id = StreamId.Parse(reply.ReadBytes());
            var bytes = reply.ReadBytes();
            reply.Read();
            if (reply.Kind == RespKind.Integer)
            {
                Receiver.Add((int)reply.Number, id, 1, 0, null, in bytes);
            }
            else
            {
                AddOther(id, in bytes, reply.Text.Split(' ', 4));
            }
        }

        Received = count;
        if (gone > 0)
        {
            RedisLog.EntriesGone(Receiver.Logger, queue.ToString(), gone);
        }
    }

    private void AddOther(StreamId id, in ReadOnlySequence<byte> bytes, string[] what)
    {
        Receiver.Add(Number(what[0]), id, Number(what[1]), Number(what[2]), what[3].Length == 0 ? null : what[3], in bytes);

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
