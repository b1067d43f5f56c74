namespace HighPerf.Load;

/// <summary>The command line says something that cannot be done.</summary>
internal sealed class LoadUsageException(string message) : Exception($"{message}\n\n{LoadOptions.Usage}");
