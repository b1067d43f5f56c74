namespace HighPerf.Connections;

/// <summary>Whether a frame may be staged now.</summary>
public enum WriteAdmission : byte
{
    /// <summary>Yes: write it, then call <see cref="Connection.EndWrite"/>.</summary>
    Admitted = 0,

    /// <summary>Too much is staged: wait for <see cref="Connection.WaitForRoomAsync"/>.</summary>
    Full = 1,

    /// <summary>There is no connection at the moment.</summary>
    Disconnected = 2,
}
