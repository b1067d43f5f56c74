using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using HighPerf.Contracts.Locking;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace HighPerf.Build;

/// <summary>Compares the contracts of a compiled assembly with contracts.lock: writes the file where there is none, adds what is compatible, reports what is not.</summary>
public sealed class LockContracts : Task
{
    private const string Help = "https://highperf.dev/diagnostics/";

    /// <summary>The compiled assembly.</summary>
    [Required]
    public string Assembly { get; set; } = "";

    /// <summary>Full path of the project's contracts.lock.</summary>
    [Required]
    public string LockFile { get; set; } = "";

    /// <summary>
    /// <c>update</c> writes what is compatible and reports the rest; <c>accept</c> writes everything; <c>check</c> writes nothing and reports a file that is behind, for
    /// builds of what is checked in.
    /// </summary>
    public string Mode { get; set; } = "update";

    /// <summary>True if the assembly declares contracts.</summary>
    [Output]
    public bool HasContracts { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (Mode is not ("update" or "accept" or "check"))
        {
            Error("HP0300", 0, $"HighPerfContracts is '{Mode}'. It may be 'update' (the default), 'check' (the default in builds of CI), 'accept' or 'off'");
            return false;
        }

        try
        {
            var now = ContractModelReader.Read(Assembly);
            var text = File.Exists(LockFile) ? File.ReadAllText(LockFile) : null;
            HasContracts = !now.IsEmpty;
            return text is null ? First(now) : Compare(ContractSetOf(text), now, text);
        }
        catch (LockFormatException exception)
        {
            Error("HP0300", exception.Line, $"{exception.Message}. Restore the file from version control, resolve its conflicts, or write it anew: delete it and build");
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Error("HP0300", 0, $"{exception.Message} The file must be readable, and writable where contracts change");
            return false;
        }
    }

    private ContractSet ContractSetOf(string text)
        => Mode == "accept" && !IsReadable(text) ? new ContractSet() : ContractSet.Parse(text, fromFile: true);

    private static bool IsReadable(string text)
    {
        try
        {
            ContractSet.Parse(text, fromFile: true);
            return true;
        }
        catch (LockFormatException)
        {
            return false;
        }
    }

    private bool First(ContractSet now)
    {
        if (now.IsEmpty)
        {
            return true;
        }

        if (Mode == "check")
        {
            Error("HP0310", 0, $"The project declares contracts and has no {Path.GetFileName(LockFile)}. Build it once where you work and check the file in, or set HighPerfContracts to 'off'");
            return false;
        }

        Write(now);
        Log.LogMessage(MessageImportance.High, "{0} was written: {1} contracts. Check it in: it is what later versions are compared with.", Path.GetFileName(LockFile), now.Contracts.Count());
        return true;
    }

    private bool Compare(ContractSet before, ContractSet now, string text)
    {
        var changes = Mode == "accept" ? [] : ContractComparer.Compare(before, now);
        foreach (var change in changes)
        {
            Error(change.Id, change.Line, change.Message);
        }

        if (changes.Count > 0)
        {
            return false;
        }

        if (text.Replace("\r\n", "\n") == now.ToFile())
        {
            return true;
        }

        if (Mode == "check")
        {
            Error("HP0310", 0, $"The contracts have changed, compatibly, and {Path.GetFileName(LockFile)} does not say so yet: {Summary(before, now)}. Build the project where you work and check the file in");
            return false;
        }

        Write(now);
        Log.LogMessage(MessageImportance.High, "{0}: {1}.", Path.GetFileName(LockFile), Summary(before, now));
        return true;
    }

    private static string Summary(ContractSet before, ContractSet now)
    {
        var (old, current) = (Lines(before), Lines(now));
        var added = current.Where(l => !old.Contains(l)).ToList();
        var removed = old.Where(l => !current.Contains(l)).ToList();
        var first = added.Concat(removed).FirstOrDefault(l => l.IndexOf(" schema ", StringComparison.Ordinal) < 0 && l.IndexOf(" hash ", StringComparison.Ordinal) < 0);
        return $"{added.Count} lines added, {removed.Count} removed" + (first is null ? "" : $" ({first}{(added.Count + removed.Count > 1 ? ", …" : "")})");
    }

    private static HashSet<string> Lines(ContractSet set) => new(set.ToText().Split(['\n'], StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);

    // Replaced as a whole: a build that is stopped leaves the old file or the new one.
    private void Write(ContractSet set)
    {
        var next = LockFile + "." + Guid.NewGuid().ToString("N") + ".tmp";
        File.WriteAllText(next, set.ToFile(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        if (File.Exists(LockFile))
        {
            File.Replace(next, LockFile, null);
        }
        else
        {
            File.Move(next, LockFile);
        }

        // It is an input of the compiler that has just run, and says what that run said: it is no reason to compile again.
        File.SetLastWriteTimeUtc(LockFile, File.GetLastWriteTimeUtc(Assembly).AddSeconds(-2));
    }

    private void Error(string id, int line, string message)
        => Log.LogError(null, id, null, Help + id, LockFile, line, 0, 0, 0, message);
}
