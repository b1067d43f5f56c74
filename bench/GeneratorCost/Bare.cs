using HighPerf.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace HighPerf.GeneratorCost;

/// <summary>Finds the same declarations and does nothing with them: what Roslyn takes to ask a generator.</summary>
internal sealed class Bare : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        foreach (var attribute in new[] { KnownNames.Task, KnownNames.Event, KnownNames.Document })
        {
            var found = context.SyntaxProvider.ForAttributeWithMetadataName(attribute, static (_, _) => true, static (_, _) => true);
            context.RegisterSourceOutput(found, static (_, _) => { });
        }
    }
}
