namespace HighPerf.Generators.Parsing;

/// <summary>Metadata names of the runtime's types. The generator references nothing of ours: it knows names only.</summary>
internal static class KnownNames
{
    public const string Task = "HighPerf.TaskAttribute";
    public const string Event = "HighPerf.EventAttribute";
    public const string Document = "HighPerf.DocumentAttribute";
    public const string Subscribe = "HighPerf.SubscribeAttribute`1";
    public const string MemberName = "HighPerf.MemberNameAttribute";
    public const string Upcast = "HighPerf.UpcastAttribute";
    public const string DispatchTable = "HighPerf.DispatchTableAttribute";
    public const string MessageType = "HighPerf.MessageTypeAttribute";
    public const string Message = "HighPerf.IMessage`1";
    public const string MessageView = "HighPerf.IMessageView`1";
    public const string Formatter = "HighPerf.FormatterAttribute`1";
    public const string FormatterInterface = "HighPerf.IMessageFormatter`1";
    public const string TaskContext = "HighPerf.TaskContext";
    public const string CancellationToken = "System.Threading.CancellationToken";
    public const string RuntimeAssembly = "HighPerf.Runtime";
    public const string MemoryPackable = "MemoryPack.MemoryPackableAttribute";
    public const string MemoryPackUnionFormatter = "MemoryPack.MemoryPackUnionFormatterAttribute";
}
