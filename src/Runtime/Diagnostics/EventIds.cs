namespace HighPerf;

/// <summary>Ranges of log event ids, one per room, so that ids are unique in the assembly. Ids are stable and never used again.</summary>
internal static class EventIds
{
    public const int Execution = 1000;
    public const int Routing = 1100;
    public const int Control = 1200;
    public const int Hosting = 1300;
    public const int Journal = 1400;
    public const int Connections = 1500;
    public const int Publishing = 1600;
    public const int Data = 4000;
}
