using System.Text;
using HighPerf.Journal;

namespace HighPerf.Tests.Journal;

/// <summary>A directory for a journal, and what tests do with one.</summary>
internal sealed class JournalDirectory : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("highperf-journal-").FullName;
    private int _copies;

    public JournalDirectory() => Path = System.IO.Path.Combine(_root, "journal");

    public string Path { get; }

    public string[] Segments => SegmentsOf(Path);

    public static string[] SegmentsOf(string path) => [.. Directory.GetFiles(path, "*.segment").Order(StringComparer.Ordinal)];

    public static (RecordJournal Journal, Replayed Replayed) Open(string path, RecordJournalOptions? options = null, JournalFiles? files = null)
    {
        var replayed = new Replayed();
        return (RecordJournal.Open(path, replayed, options ?? new RecordJournalOptions { SegmentBytes = 4096 }, null, null, files ?? JournalFiles.Default), replayed);
    }

    public (RecordJournal Journal, Replayed Replayed) Open(RecordJournalOptions? options = null, JournalFiles? files = null) => Open(Path, options, files);

    /// <summary>Opens, looks, closes.</summary>
    public static (JournalReport Report, string[] Texts) Look(string path, RecordJournalOptions? options = null)
    {
        var (journal, replayed) = Open(path, options);
        journal.Dispose();
        return (journal.Report, replayed.Texts);
    }

    public string[] Look() => Look(Path).Texts;

    /// <summary>The directory as it is now, to be damaged.</summary>
    public string Copy()
    {
        var copy = System.IO.Path.Combine(_root, "copy" + _copies++);
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(Path, "*.segment"))
        {
            File.Copy(file, System.IO.Path.Combine(copy, System.IO.Path.GetFileName(file)));
        }

        return copy;
    }

    public static async Task<JournalEntry> AddAsync(RecordJournal journal, string text) => await journal.AddAsync(1, Encoding.UTF8.GetBytes(text));

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
