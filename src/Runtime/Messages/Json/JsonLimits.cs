namespace HighPerf.Messages;

internal static class JsonLimits
{
    /// <summary>
    /// Nesting of brackets at which the tokenizer and the writer stop. Objects of recursive contracts stop at <see cref="JsonMessageWriter.MaxDepth"/>;
    /// this one is for the collections between them, and for members that are only read past.
    /// </summary>
    public const int MaxBrackets = 1024;
}
