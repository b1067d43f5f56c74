namespace HighPerf;

/// <summary>Reads a result's body: the generated reader of a task, carried where the task's type is no longer known (chains, groups).</summary>
public delegate TResult ResultReader<out TResult>(ref MessageReader reader);
