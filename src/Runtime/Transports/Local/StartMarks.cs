using System.IO.MemoryMappedFiles;

namespace HighPerf.Transports;

/// <summary>
/// How often the messages that are out have been started, in a file that is mapped into memory: marking is one store of eight bytes, and what is stored survives a killed
/// process without any call to the system. A mark is <c>message number &lt;&lt; 16 | deliveries</c> in the slot of the receiver's entry; it counts at the next opening if the journal
/// still has the message. A journal record instead would cost each delivery a flush before its task may begin; a task that kills its process at once must be counted all the same
/// (contract D8). After a failed host, marks of the last seconds may be missing.
/// </summary>
internal sealed unsafe class StartMarks : IDisposable
{
    public const int Slots = 65_536;

    private const int CountBits = 16;
    private const long Bytes = Slots * sizeof(long);

    private readonly Lock _lock = new();
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _marks;
    private readonly List<(int Start, int Length)> _free = [(0, Slots)];

    private StartMarks(MemoryMappedFile file)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, Bytes);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _marks = (long*)(start + _view.PointerOffset);
    }

    /// <summary>Opens or creates the file.</summary>
    public static StartMarks Open(string path)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        try
        {
            if (stream.Length != Bytes)
            {
                // Written and not only made longer: a page without a place on the disk would end the process when the disk is full.
                stream.SetLength(0);
                stream.Write(new byte[Bytes]);
                stream.Flush(flushToDisk: true);
            }

            return new StartMarks(MemoryMappedFile.CreateFromFile(stream, mapName: null, Bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>All marks: message number and deliveries.</summary>
    public IEnumerable<(long Number, int Deliveries)> Read()
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            if (Get(slot) is not 0 and var mark)
            {
                yield return (mark >> CountBits, (int)(mark & ((1 << CountBits) - 1)));
            }
        }
    }

    public void Clear() => new Span<long>(_marks, Slots).Clear();

    /// <summary>Takes slots for a receiver.</summary>
    /// <exception cref="HighPerfException">There are not enough.</exception>
    public int Take(int count)
    {
        lock (_lock)
        {
            for (var i = 0; i < _free.Count; i++)
            {
                var (start, length) = _free[i];
                if (length >= count)
                {
                    _free[i] = (start + count, length - count);
                    return start;
                }
            }
        }

        throw new HighPerfException($"The receivers of this transport together may have {Slots} deliveries out; {count} more are too many. Lower their prefetch.");
    }

    public void GiveBack(int start, int count)
    {
        new Span<long>(_marks + start, count).Clear();
        lock (_lock)
        {
            _free.Add((start, count));
            _free.Sort();
            for (var i = _free.Count - 1; i > 0; i--)
            {
                if (_free[i - 1].Start + _free[i - 1].Length == _free[i].Start)
                {
                    _free[i - 1] = (_free[i - 1].Start, _free[i - 1].Length + _free[i].Length);
                    _free.RemoveAt(i);
                }
            }
        }
    }

    public void Mark(int slot, long number, int deliveries)
        => Volatile.Write(ref _marks[slot], (number << CountBits) | (uint)Math.Min(deliveries, (1 << CountBits) - 1));

    public void Unmark(int slot) => Volatile.Write(ref _marks[slot], 0);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private long Get(int slot) => Volatile.Read(ref _marks[slot]);
}
