namespace HighPerf.Analyzers.Blocking;

/// <summary>How a blocking call becomes an awaiting one.</summary>
internal enum BlockingFix
{
    /// <summary>Not mechanically.</summary>
    None,

    /// <summary><c>Thread.Sleep(x)</c> → <c>await Task.Delay(x)</c>.</summary>
    Sleep,

    /// <summary><c>task.Wait()</c> → <c>await task</c>.</summary>
    Wait,

    /// <summary><c>Task.WaitAll(…)</c> → <c>await Task.WhenAll(…)</c>.</summary>
    WaitAll,

    /// <summary><c>task.Result</c> → <c>await task</c>.</summary>
    Result,

    /// <summary><c>task.GetAwaiter().GetResult()</c> → <c>await task</c>.</summary>
    GetResult,

    /// <summary><c>F(…)</c> → <c>await FAsync(…)</c>.</summary>
    Async,
}
