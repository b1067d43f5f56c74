namespace HighPerf.Generators;

/// <summary>Names of the pipeline's steps, for the tests of what is cached.</summary>
internal static class TrackingNames
{
    /// <summary>Parsed tasks, with locations.</summary>
    public const string ParsedTasks = nameof(ParsedTasks);

    /// <summary>Parsed events, with locations.</summary>
    public const string ParsedEvents = nameof(ParsedEvents);

    /// <summary>Parsed documents, with locations.</summary>
    public const string ParsedDocuments = nameof(ParsedDocuments);

    /// <summary>Models of tasks.</summary>
    public const string Tasks = nameof(Tasks);

    /// <summary>Models of events.</summary>
    public const string Events = nameof(Events);

    /// <summary>Models of documents.</summary>
    public const string Documents = nameof(Documents);

    /// <summary>The assembly's contract model.</summary>
    public const string Contracts = nameof(Contracts);

    /// <summary>Model of the dispatch table.</summary>
    public const string Table = nameof(Table);

    /// <summary>Parsed types with MemoryPack's attribute, with locations.</summary>
    public const string ParsedPackables = nameof(ParsedPackables);

    /// <summary>Models of types with MemoryPack's attribute.</summary>
    public const string Packables = nameof(Packables);

    /// <summary>Types that the assembly names.</summary>
    public const string MessageTypes = nameof(MessageTypes);

    /// <summary>The contracts that the serializer finds.</summary>
    public const string Formatters = nameof(Formatters);
}
