namespace HighPerf.Generators.Model;

/// <summary>How the handler comes by an instance of the task.</summary>
internal enum InstanceKind
{
    /// <summary>Not at all: the method is static.</summary>
    None,

    /// <summary>One for all attempts: the class has no services, no fields and nothing to dispose.</summary>
    Shared,

    /// <summary>One per attempt.</summary>
    PerAttempt,

    /// <summary>One per attempt, disposed after it.</summary>
    Disposable,

    /// <summary>One per attempt, disposed asynchronously after it.</summary>
    AsyncDisposable,
}
