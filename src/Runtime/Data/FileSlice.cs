using System.Text;

namespace HighPerf.Data;

/// <summary>A piece of a file: what a document is made of. The bytes are borrowed: they are valid until the mapping returns.</summary>
public readonly struct FileSlice
{
    internal FileSlice(FoundFile file, long index, long firstLine, bool isLast, byte[] header, ReadOnlyMemory<byte> content)
    {
        Path = file.Path;
        RelativePath = file.RelativePath;
        Index = index;
        FirstLine = firstLine;
        IsLast = isLast;
        HeaderBytes = header;
        Content = content;
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    /// <summary>Path below the source's directory, with <c>/</c>.</summary>
    public string RelativePath { get; }

    /// <summary>The file's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Index of the slice in its file, from 0. Every file has at least one slice, an empty file too.</summary>
    public long Index { get; }

    /// <summary>Number of the first line of <see cref="Content"/> in the file, from 1 (2 where the first line is a header).</summary>
    public long FirstLine { get; }

    /// <summary>True for the last slice of the file.</summary>
    public bool IsLast { get; }

    /// <summary>The header line without its line end; empty without <see cref="FileSourceOptions.HeaderLine"/>.</summary>
    public ReadOnlyMemory<byte> HeaderBytes { get; }

    /// <summary>The header line as text.</summary>
    public string Header => Encoding.UTF8.GetString(HeaderBytes.Span);

    /// <summary>The bytes, with their line ends as they are. A byte order mark is left out where the file is read by lines or has a header.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>The content as text, without a byte order mark; what is not UTF-8 becomes U+FFFD.</summary>
    public string GetText()
    {
        var bytes = Content.Span;
        return Encoding.UTF8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes);
    }
}
