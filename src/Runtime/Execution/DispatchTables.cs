namespace HighPerf;

/// <summary>
/// The dispatch tables of the process. Generated module initializers register their assembly's table and those of the assemblies it references; no assembly is
/// scanned and nothing is reflected over.
/// </summary>
public static class DispatchTables
{
    private static readonly Lock Gate = new();
    private static DispatchTable[] s_tables = [];

    /// <summary>Registers a table; a table that is there already is kept once.</summary>
    public static void Register(DispatchTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        lock (Gate)
        {
            if (Array.IndexOf(s_tables, table) < 0)
            {
                s_tables = [.. s_tables, table];
            }
        }
    }

    /// <summary>The registered tables.</summary>
    public static IReadOnlyList<DispatchTable> All => s_tables;
}
