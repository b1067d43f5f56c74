using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace HighPerf;

/// <summary>An assembly's formatters. Generated code derives from it and registers itself when the assembly is loaded.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class MessageFormatterTable
{
    private static MessageFormatterTable[] _tables = [];

    /// <summary>The formatter of a type, as <see cref="MessageFormatter{T}"/>; null where this assembly has none.</summary>
    public abstract object? Find(Type type);

    /// <summary>Adds a table. Twice is the same as once.</summary>
    public static void Register(MessageFormatterTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        while (true)
        {
            var before = Volatile.Read(ref _tables);
            if (before.Contains(table) || Interlocked.CompareExchange(ref _tables, [.. before, table], before) == before)
            {
                return;
            }
        }
    }

    internal static MessageFormatter<T>? Find<T>()
    {
        RuntimeHelpers.RunModuleConstructor(typeof(T).Module.ModuleHandle);
        foreach (var table in Volatile.Read(ref _tables))
        {
            if (table.Find(typeof(T)) is MessageFormatter<T> found)
            {
                return found;
            }
        }

        return null;
    }
}
