using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats.JetStream;

/// <summary>JetStream's management interface: what is not per message. Objects are declared if absent and compared, never changed (contract D20), and only those of reply queues are deleted.</summary>
internal sealed class JetStreamApi(NatsClient client)
{
    private const string Prefix = "$JS.API.";
    private const int MaxPage = 100;

    /// <exception cref="JetStreamException">The account has no JetStream.</exception>
    /// <exception cref="NatsConnectionException">The server has none.</exception>
    public async ValueTask CheckAsync() => Require(await CallAsync("INFO", null, JetStreamJson.Default.ApiResponse).ConfigureAwait(false), "JetStream");

    /// <summary>Creates a stream that is not there; compares one that is.</summary>
    /// <exception cref="JetStreamException">It is there and different, or it cannot be created.</exception>
    public async ValueTask DeclareAsync(StreamConfig wanted)
    {
        var info = await CallAsync($"STREAM.INFO.{wanted.Name}", null, JetStreamJson.Default.StreamInfo).ConfigureAwait(false);
        if (info.Error?.ErrCode == ErrorCode.StreamNotFound)
        {
            info = await CallAsync($"STREAM.CREATE.{wanted.Name}", Json(wanted, JetStreamJson.Default.StreamConfig), JetStreamJson.Default.StreamInfo).ConfigureAwait(false);
        }

        Require(info, $"stream {wanted.Name}");
        if (info.Config?.DifferenceFrom(wanted) is { } difference)
        {
            throw new JetStreamException($"Stream {wanted.Name} is there and different: {difference}. It is not changed from here: edit the stream, or set the options to what it is.");
        }
    }

    /// <summary>A stream with how many messages each subject of a filter has.</summary>
    public async ValueTask<StreamInfo> GetStreamAsync(string stream, string subjects)
    {
        var all = new Dictionary<string, long>(StringComparer.Ordinal);
        while (true)
        {
            var info = await CallAsync($"STREAM.INFO.{stream}", Json(new StreamInfoRequest(subjects, all.Count), JetStreamJson.Default.StreamInfoRequest), JetStreamJson.Default.StreamInfo).ConfigureAwait(false);
            if (info.Error is not null)
            {
                return info;
            }

            var before = all.Count;
            foreach (var (subject, count) in info.State?.Subjects ?? [])
            {
                all[subject] = count;
            }

            if (all.Count >= info.Total || all.Count == before)
            {
                return info with { State = (info.State ?? new StreamState()) with { Subjects = all } };
            }
        }
    }

    public async ValueTask<List<ConsumerInfo>> GetConsumersAsync(string stream)
    {
        var all = new List<ConsumerInfo>();
        for (var page = 0; page < MaxPage; page++)
        {
            var list = await CallAsync($"CONSUMER.LIST.{stream}", Json(new ListRequest(all.Count), JetStreamJson.Default.ListRequest), JetStreamJson.Default.ConsumerList).ConfigureAwait(false);
            if (list.Error?.ErrCode == ErrorCode.StreamNotFound)
            {
                break;
            }

            Require(list, $"consumers of {stream}");
            all.AddRange(list.Consumers ?? []);
            if (all.Count >= list.Total || list.Consumers is null or [])
            {
                break;
            }
        }

        return all;
    }

    public async ValueTask<ConsumerInfo> CreateConsumerAsync(string stream, ConsumerConfig config)
    {
        var request = Json(new ConsumerCreateRequest(stream, config), JetStreamJson.Default.ConsumerCreateRequest);
        return Require(await CallAsync($"CONSUMER.DURABLE.CREATE.{stream}.{config.DurableName}", request, JetStreamJson.Default.ConsumerInfo).ConfigureAwait(false), $"consumer {config.DurableName} of {stream}");
    }

    /// <summary>Null when there is none of that name.</summary>
    public async ValueTask<ConsumerInfo?> FindConsumerAsync(string stream, string consumer)
    {
        var info = await CallAsync($"CONSUMER.INFO.{stream}.{consumer}", null, JetStreamJson.Default.ConsumerInfo).ConfigureAwait(false);
        return info.Error?.ErrCode is ErrorCode.ConsumerNotFound or ErrorCode.StreamNotFound ? null : Require(info, $"consumer {consumer} of {stream}");
    }

    /// <summary>The names of all streams.</summary>
    public async ValueTask<List<string>> GetStreamNamesAsync()
    {
        var all = new List<string>();
        for (var page = 0; page < MaxPage; page++)
        {
            var list = Require(await CallAsync("STREAM.NAMES", Json(new ListRequest(all.Count), JetStreamJson.Default.ListRequest), JetStreamJson.Default.StreamNames).ConfigureAwait(false), "streams");
            all.AddRange(list.Streams ?? []);
            if (all.Count >= list.Total || list.Streams is null or [])
            {
                break;
            }
        }

        return all;
    }

    /// <summary>Deletes a stream; false when it was not there.</summary>
    public async ValueTask<bool> DeleteStreamAsync(string stream)
    {
        var answer = await CallAsync($"STREAM.DELETE.{stream}", null, JetStreamJson.Default.ApiResponse).ConfigureAwait(false);
        return answer.Error?.ErrCode != ErrorCode.StreamNotFound && Require(answer, $"deleting {stream}").Success;
    }

    /// <summary>Removes the messages of a subject; how many. The subject's consumer forgets what is out.</summary>
    public async ValueTask<long> PurgeAsync(string stream, string subject)
        => Require(await CallAsync($"STREAM.PURGE.{stream}", Json(new PurgeRequest(subject), JetStreamJson.Default.PurgeRequest), JetStreamJson.Default.ApiResponse).ConfigureAwait(false), $"purging {stream}").Purged;

    /// <summary>The first message of a subject at or behind a sequence; null when there is none.</summary>
    public async ValueTask<StoredMessage?> FindNextAsync(string stream, string subject, long from)
        => await FindAsync(stream, new MessageRequest(Math.Max(from, 1), subject, null)).ConfigureAwait(false);

    public async ValueTask<StoredMessage?> FindLastAsync(string stream, string subject)
        => await FindAsync(stream, new MessageRequest(null, null, subject)).ConfigureAwait(false);

    /// <summary>Removes a message; false when it was not there.</summary>
    public async ValueTask<bool> DeleteMessageAsync(string stream, long sequence)
        => (await CallAsync($"STREAM.MSG.DELETE.{stream}", Json(new MessageDeleteRequest(sequence, true), JetStreamJson.Default.MessageDeleteRequest), JetStreamJson.Default.ApiResponse).ConfigureAwait(false)).Success;

    /// <summary>Publishes into a stream and awaits that it has it; null for yes, else the error.</summary>
    public async ValueTask<ApiError?> PublishAsync(string subject, byte[] payload, byte[]? headers)
    {
        var reply = await client.CallAsync(subject, payload, headers).ConfigureAwait(false);
        return Read(reply, JetStreamJson.Default.ApiResponse).Error;
    }

    private async ValueTask<StoredMessage?> FindAsync(string stream, MessageRequest request)
    {
        var response = await CallAsync($"STREAM.MSG.GET.{stream}", Json(request, JetStreamJson.Default.MessageRequest), JetStreamJson.Default.MessageResponse).ConfigureAwait(false);
        return response.Error?.ErrCode is ErrorCode.MessageNotFound or ErrorCode.StreamNotFound ? null : Require(response, $"a message of {stream}").Message;
    }

    private async ValueTask<T> CallAsync<T>(string call, byte[]? request, JsonTypeInfo<T> type)
        where T : ApiResponse, new()
        => Read(await client.CallAsync(Prefix + call, request ?? []).ConfigureAwait(false), type);

    private static T Read<T>(NatsReply reply, JsonTypeInfo<T> type)
        where T : ApiResponse, new()
    {
        if (reply.Status == NatsReply.NoResponders)
        {
            // For a moment after a restart as well; whoever asks may ask again.
            throw new NatsConnectionException("Nobody answers for JetStream: it is not enabled, or has no leader at the moment.");
        }

        var response = JsonSerializer.Deserialize(reply.Payload, type) ?? new T();
        return response.Error is { Code: NatsReply.NoResponders, ErrCode: not ErrorCode.StoreFailed } error
            ? throw new NatsConnectionException($"JetStream is not available at the moment: {error}")
            : response;
    }

    private static byte[] Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    private static T Require<T>(T response, string what)
        where T : ApiResponse
        => response.Error is null ? response : throw new JetStreamException($"NATS refused {what}: {response.Error}");
}
