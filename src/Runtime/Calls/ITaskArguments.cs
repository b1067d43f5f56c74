namespace HighPerf;

/// <summary>The arguments of a declared task, as one struct. Implemented by generated code.</summary>
/// <typeparam name="TSelf">The generated arguments struct.</typeparam>
public interface ITaskArguments<TSelf>
    where TSelf : struct, ITaskArguments<TSelf>
{
    /// <summary>The task.</summary>
    static abstract TaskDescriptor Task { get; }

    /// <summary>Writes the body of a command: an object header with the number of arguments, then each argument.</summary>
    static abstract void Write(ref MessageWriter writer, in TSelf arguments);

    /// <summary>Reads the body of a command.</summary>
    static abstract TSelf Read(ref MessageReader reader);

    /// <summary>Writes the body of a command as JSON: an object with a member per argument.</summary>
    static abstract void WriteJson(JsonMessageWriter writer, in TSelf arguments);

    /// <summary>Reads the body of a command from JSON: an object with a member per argument, or an array in their order.</summary>
    static abstract TSelf ReadJson(ref JsonMessageReader reader);
}

/// <summary>The arguments of a declared task together with how its result is read.</summary>
/// <typeparam name="TSelf">The generated arguments struct.</typeparam>
/// <typeparam name="TResult">The task's result; <see cref="None"/> for a task without.</typeparam>
public interface ITaskArguments<TSelf, TResult> : ITaskArguments<TSelf>
    where TSelf : struct, ITaskArguments<TSelf, TResult>
{
    /// <summary>Reads the result's body.</summary>
    static abstract TResult ReadResult(ref MessageReader reader);

    /// <summary>Writes the result's body.</summary>
    static abstract void WriteResult(ref MessageWriter writer, TResult result);

    /// <summary>Writes the result as JSON.</summary>
    static abstract void WriteJsonResult(JsonMessageWriter writer, TResult result);

    /// <summary>Reads the result from JSON.</summary>
    static abstract TResult ReadJsonResult(ref JsonMessageReader reader);
}
