using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HighPerf.Data;

/// <summary>Cuts one file into slices over one rented buffer, which holds one slice and what was read ahead.</summary>
internal sealed class FileSlicer : IDisposable
{
    private const int ReadSize = 64 * 1024;

    private readonly FoundFile _file;
    private readonly FileSourceOptions _options;
    private readonly SafeFileHandle _handle;
    private byte[] _buffer;
    private byte[] _header = [];
    private int _start;
    private int _scanned;
    private int _end;
    private long _read;
    private long _index;
    private long _line = 1;
    private bool _opened;
    private bool _done;

    public FileSlicer(FoundFile file, FileSourceOptions options)
    {
        _file = file;
        _options = options;
        _handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan | FileOptions.Asynchronous);
        var whole = options.LinesPerDocument == 0;
        if (whole && file.Length > options.MaxFileBytes)
        {
            _handle.Dispose();
            throw TooLong($"The file has {file.Length} bytes");
        }

        _buffer = ArrayPool<byte>.Shared.Rent(whole ? Math.Max((int)file.Length, 1) : (int)Math.Min(ReadSize, Math.Max(file.Length, 1)));
    }

    private bool AtEnd => _read == _file.Length;

    /// <summary>The slice that was read; its bytes are valid until the next call.</summary>
    public FileSlice Current { get; private set; }

    /// <exception cref="IOException">The file cannot be read, or is another one than the scan saw.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (_done)
        {
            return false;
        }

        if (!_opened)
        {
            await BeginAsync(cancellationToken).ConfigureAwait(false);
        }

        var lines = 0;
        while (true)
        {
            if (_options.LinesPerDocument == 0)
            {
                _scanned = _end;
            }
            else
            {
                lines += ScanLines(_options.LinesPerDocument - lines);
            }

            if (AtEnd && _scanned == _end)
            {
                _done = true;
                return Take(lines, isLast: true);
            }

            if (_options.LinesPerDocument != 0 && lines == _options.LinesPerDocument && _scanned < _end)
            {
                return Take(lines, isLast: false);
            }

            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        _opened = true;
        if (_options.LinesPerDocument == 0 && !_options.HeaderLine)
        {
            return;
        }

        while (_end < Encoding.UTF8.Preamble.Length && !AtEnd)
        {
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_buffer.AsSpan(0, _end).StartsWith(Encoding.UTF8.Preamble))
        {
            _start = _scanned = Encoding.UTF8.Preamble.Length;
        }

        if (!_options.HeaderLine)
        {
            return;
        }

        while (ScanLines(1) == 0 && !AtEnd)
        {
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }

        var header = _buffer.AsSpan(_start, _scanned - _start);
        header = header.EndsWith("\n"u8) ? header[..^1] : header;
        _header = (header.EndsWith("\r"u8) ? header[..^1] : header).ToArray();
        _start = _scanned;
        _line = 2;
    }

    private int ScanLines(int wanted)
    {
        var lines = 0;
        while (lines < wanted)
        {
            var length = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
            if (length < 0)
            {
                _scanned = _end;
                break;
            }

            _scanned += length + 1;
            lines++;
        }

        return lines;
    }

    private bool Take(int lines, bool isLast)
    {
        ThrowIfChanged();
        Current = new FileSlice(_file, _index++, _line, isLast, _header, _buffer.AsMemory(_start, _scanned - _start));
        _line += lines;
        _start = _scanned;
        return true;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0 && _end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _scanned, _end) = (0, _scanned - _start, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Grow();
        }

        var wanted = (int)Math.Min(_buffer.Length - _end, _file.Length - _read);
        var count = await RandomAccess.ReadAsync(_handle, _buffer.AsMemory(_end, wanted), _read, cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            throw Changed();
        }

        _end += count;
        _read += count;
    }

    private void Grow()
    {
        if (_end - _start >= _options.MaxFileBytes)
        {
            throw TooLong($"The document from line {_line} has more than {_end - _start} bytes");
        }

        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(_buffer.Length * 2L, Array.MaxLength));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void ThrowIfChanged()
    {
        if (RandomAccess.GetLength(_handle) != _file.Length || File.GetLastWriteTimeUtc(_handle) != _file.LastWriteUtc)
        {
            throw Changed();
        }
    }

    private static IOException Changed() => new("It changed while it was read; it is read again when it has settled.");

    private IOException TooLong(string what) => new($"{what}, FileSourceOptions.MaxFileBytes is {_options.MaxFileBytes}. Raise it, or set LinesPerDocument.");

    public void Dispose()
    {
        _handle.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
