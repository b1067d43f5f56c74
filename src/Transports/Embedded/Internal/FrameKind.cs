namespace HighPerf.Transports.Embedded;

/// <summary>
/// What a frame is. A frame is <c>u32 length of what follows, u8 kind, payload</c>, little-endian; texts are <c>i32 length (-1 for none), UTF-8</c>. Requests carry a number of the client's, which the
/// reply repeats. The frames that a client sends are up to 99.
/// </summary>
internal enum FrameKind : byte
{
    /// <summary>u32 magic, u16 version. The reply's number is the largest message.</summary>
    Hello = 1,

    /// <summary>u32 request, u8 priority, u8 follow-up, i64 not before, i64 expires, i64 sent, text queue, text key, bytes.</summary>
    Publish = 2,

    /// <summary>u32 request: the publisher does not want to wait for room any more. No reply of its own.</summary>
    Cancel = 3,

    /// <summary>u32 request, u32 receiver, i32 prefetch, i64 lease in ticks, text queue.</summary>
    Open = 4,

    /// <summary>u32 receiver, i32 count: deliver so many as soon as there are some. No reply.</summary>
    Want = 5,

    /// <summary>u32 request, u32 receiver, i64 token.</summary>
    Acknowledge = 6,

    /// <summary>u32 request, u32 receiver, i64 token, i64 delay in ticks, u8 counted.</summary>
    Release = 7,

    /// <summary>u32 request, u32 receiver, i64 token, u8 reason, text description.</summary>
    DeadLetter = 8,

    /// <summary>u32 receiver, tokens. No reply: leases that are lost are told by themselves.</summary>
    Renew = 9,

    /// <summary>u32 request, u32 receiver.</summary>
    Stop = 10,

    /// <summary>u32 request, u32 receiver: what is out goes back uncounted.</summary>
    Close = 11,

    /// <summary>u32 request, text queue.</summary>
    Length = 12,

    /// <summary>u32 request, u8 delayed too, text queue.</summary>
    Purge = 13,

    /// <summary>u32 request, i32 max, text queue.</summary>
    Browse = 14,

    /// <summary>u32 request, i32 max, text queue.</summary>
    Replay = 15,

    /// <summary>Nothing. Answered by <see cref="Pong"/>.</summary>
    Ping = 16,

    /// <summary>u32 request, text key, i64 lifetime in ticks (negative for ever), bytes. The reply's number is 1 when it was stored.</summary>
    StateAdd = 17,

    /// <summary>As <see cref="StateAdd"/>.</summary>
    StateSet = 18,

    /// <summary>u32 request, text key. The reply has 1 and the value, or 0.</summary>
    StateGet = 19,

    /// <summary>u32 request, text key, i64 lifetime in ticks, i32 member, bytes. The reply's number is how many members there are.</summary>
    StateAddMember = 20,

    /// <summary>u32 request, text key. The reply has the number of members, and for each i32 length, bytes.</summary>
    StateGetMembers = 21,

    /// <summary>u32 request, text key. The reply's number is 1 when it was there.</summary>
    StateRemove = 22,

    /// <summary>u32 request, u8 status, i64 number, and what the request asks for: a text that says why not, or data.</summary>
    Reply = 100,

    /// <summary>u32 receiver, then for each message: i64 token, i32 deliveries, i32 length, bytes.</summary>
    Deliver = 101,

    /// <summary>u32 receiver, i64 token.</summary>
    LeaseLost = 102,

    /// <summary>Nothing.</summary>
    Pong = 103,
}
