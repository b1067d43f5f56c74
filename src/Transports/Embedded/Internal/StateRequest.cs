namespace HighPerf.Transports.Embedded;

/// <summary>A client's request for state, out of its frame.</summary>
internal readonly record struct StateRequest(FrameKind Kind, string Key, long Lifetime, int Member, byte[] Value)
{
    /// <exception cref="InvalidDataException">The frame ends too early.</exception>
    public static StateRequest Read(FrameKind kind, ref FrameReader frame)
    {
        var key = frame.Text() ?? "";
        var writes = kind is FrameKind.StateAdd or FrameKind.StateSet or FrameKind.StateAddMember;
        var lifetime = writes ? frame.Int64() : 0;
        var member = kind == FrameKind.StateAddMember ? frame.Int32() : 0;
        return new StateRequest(kind, key, lifetime, member, writes ? frame.Rest.ToArray() : []);
    }

    /// <exception cref="HighPerfException">It cannot be done; the message says why.</exception>
    public async Task<(long Number, byte[]? Data)> DoAsync(StateJournal state, int maxBytes)
    {
        switch (Kind)
        {
            case FrameKind.StateAdd:
                return (await state.TryAddAsync(Key, Value, Lifetime).ConfigureAwait(false) ? 1 : 0, null);
            case FrameKind.StateSet:
                await state.SetAsync(Key, Value, Lifetime).ConfigureAwait(false);
                return (1, null);
            case FrameKind.StateGet:
                var value = state.Get(Key);
                return (value is null ? 0 : 1, value);
            case FrameKind.StateAddMember:
                return (await state.AddMemberAsync(Key, Member, Value, Lifetime).ConfigureAwait(false), null);
            case FrameKind.StateGetMembers:
                return Write(Key, state.GetMembers(Key), maxBytes);
            default:
                return (await state.RemoveAsync(Key).ConfigureAwait(false) ? 1 : 0, null);
        }
    }

    private static (long Number, byte[]? Data) Write(string key, byte[][] members, int maxBytes)
    {
        var length = members.Sum(static member => sizeof(int) + (long)member.Length);
        if (length > maxBytes)
        {
            throw new HighPerfException($"The members of '{key}' have {length} bytes; the broker's frames take {maxBytes}. Let the members of a group be smaller, or fewer.");
        }

        var data = FrameWriter.New();
        foreach (var member in members)
        {
            data.Int32(member.Length).Bytes(member);
        }

        return (members.Length, data.Written.ToArray());
    }
}
