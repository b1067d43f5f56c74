namespace HighPerf.Transports.Nats.JetStream;

/// <summary>Why the server refused.</summary>
internal sealed record ApiError
{
    public int Code { get; init; }

    public int ErrCode { get; init; }

    public string? Description { get; init; }

    public override string ToString() => $"{Description} ({ErrCode})";
}

/// <summary>What all answers of the management interface have in common, and the few fields of its small ones.</summary>
internal record ApiResponse
{
    public ApiError? Error { get; set; }

    public long Purged { get; init; }

    public bool Success { get; init; }

    public long Seq { get; init; }

    public bool Duplicate { get; init; }
}

internal sealed record StreamState
{
    public long Messages { get; init; }

    public long Bytes { get; init; }

    public long FirstSeq { get; init; }

    public long LastSeq { get; init; }

    public DateTimeOffset LastTs { get; init; }

    public Dictionary<string, long>? Subjects { get; init; }
}

internal sealed record StreamInfo : ApiResponse
{
    public StreamConfig? Config { get; init; }

    public StreamState? State { get; init; }

    public DateTimeOffset Created { get; init; }

    public long Total { get; init; }
}

internal sealed record SequencePair
{
    public long ConsumerSeq { get; init; }

    public long StreamSeq { get; init; }
}

internal sealed record ConsumerInfo : ApiResponse
{
    public string? Name { get; init; }

    public ConsumerConfig? Config { get; init; }

    public SequencePair? Delivered { get; init; }

    public SequencePair? AckFloor { get; init; }

    public long NumAckPending { get; init; }

    public long NumPending { get; init; }

    /// <summary>Pulls that wait.</summary>
    public int NumWaiting { get; init; }
}

internal sealed record StreamNames : ApiResponse
{
    public int Total { get; init; }

    public string[]? Streams { get; init; }
}

internal sealed record ConsumerList : ApiResponse
{
    public int Total { get; init; }

    public ConsumerInfo[]? Consumers { get; init; }
}

internal sealed record StoredMessage
{
    public string? Subject { get; init; }

    public long Seq { get; init; }

    public byte[]? Data { get; init; }

    public byte[]? Hdrs { get; init; }

    public DateTimeOffset Time { get; init; }
}

internal sealed record MessageResponse : ApiResponse
{
    public StoredMessage? Message { get; init; }
}

internal sealed record ConsumerCreateRequest(string StreamName, ConsumerConfig Config);

internal sealed record StreamInfoRequest(string SubjectsFilter, long Offset);

internal sealed record ListRequest(int Offset);

internal sealed record PurgeRequest(string? Filter);

internal sealed record MessageRequest(long? Seq, string? NextBySubj, string? LastBySubj);

internal sealed record MessageDeleteRequest(long Seq, bool NoErase);
