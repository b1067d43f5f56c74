namespace HighPerf.Generators.Model;

internal enum RunParameterKind
{
    Argument,
    Context,
    CancellationToken,
}
