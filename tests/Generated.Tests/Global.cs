using HighPerf;

/// <summary>In the global namespace, with keywords for names.</summary>
[Task]
public sealed partial class @event
{
    public int Run(int @int, string? @namespace = null, double @double = double.NaN) => @int;
}

[Document]
public sealed partial record @record(int @class, string? @struct);
