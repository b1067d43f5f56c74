using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using HighPerf.Generators.Contracts;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Emission;
using HighPerf.Generators.Emission.Json;
using HighPerf.Generators.Memory;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.Generators;

/// <summary>Turns <c>[Task]</c>, <c>[Event]</c>, <c>[Document]</c> and <c>[Subscribe]</c> into serializers, calls and the assembly's dispatch table.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class HighPerfGenerator : IIncrementalGenerator
{
    /// <summary>Told of every declaration that is parsed, and not remembered: for tests and for the figures.</summary>
    internal Action<SyntaxNode>? Parsing { get; init; }

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // What is asked for on every keystroke is remembered, for each driver on its own.
        var memo = new ParseMemo(Parsing);
        Func<GeneratorAttributeSyntaxContext, CancellationToken, ParseResult<T>> Remembered<T>(Func<GeneratorAttributeSyntaxContext, CancellationToken, ParseResult<T>> parse)
            where T : class, IEquatable<T>
            => memo.Remember(parse, static result => result.Diagnostics.Count > 0);

        var tasks = context.SyntaxProvider
            .ForAttributeWithMetadataName(KnownNames.Task, IsDeclaration, Remembered(TaskParser.Parse))
            .WithTrackingName(TrackingNames.ParsedTasks);
        var events = context.SyntaxProvider
            .ForAttributeWithMetadataName(KnownNames.Event, IsDeclaration, Remembered(static (c, ct) => ContractParser.Parse(c, "Event", packable: false, ct)))
            .WithTrackingName(TrackingNames.ParsedEvents);
        var documents = context.SyntaxProvider
            .ForAttributeWithMetadataName(KnownNames.Document, IsDeclaration, Remembered(static (c, ct) => ContractParser.Parse(c, "Document", packable: false, ct)))
            .WithTrackingName(TrackingNames.ParsedDocuments);
        var packables = context.SyntaxProvider
            .ForAttributeWithMetadataName(KnownNames.MemoryPackable, IsDeclaration, Remembered(static (c, ct) => ContractParser.Parse(c, "Document", packable: true, ct)))
            .WithTrackingName(TrackingNames.ParsedPackables);
        var unions = context.SyntaxProvider.ForAttributeWithMetadataName(KnownNames.MemoryPackUnionFormatter, IsDeclaration, Remembered(UnionFormatterParser.Parse));
        var types = context.SyntaxProvider.ForAttributeWithMetadataName(KnownNames.MessageType, static (n, _) => n is CompilationUnitSyntax, Remembered(MessageTypesParser.Parse));
        var strays = context.SyntaxProvider
            .ForAttributeWithMetadataName(KnownNames.Subscribe, IsDeclaration, memo.Remember(SubscriptionParser.ParseStray, static diagnostics => diagnostics.Count > 0));

        // Models carry no locations, so that an edit that only moves a declaration ends here.
        var taskModels = tasks.Where(static r => r.Model is not null).Select(static (r, _) => r.Model!).WithTrackingName(TrackingNames.Tasks);
        var eventModels = events.Where(static r => r.Model is not null).Select(static (r, _) => r.Model!).WithTrackingName(TrackingNames.Events);
        var documentModels = documents.Where(static r => r.Model is not null).Select(static (r, _) => r.Model!).WithTrackingName(TrackingNames.Documents);

        var packableModels = packables.Where(static r => r.Model is not null).Select(static (r, _) => r.Model!).WithTrackingName(TrackingNames.Packables);
        var unionModels = unions.Where(static r => r.Model is not null).Select(static (r, _) => r.Model!);
        var assemblyName = context.CompilationProvider.Select(static (c, _) => c.AssemblyName ?? "");
        var typeModel = types.Where(static r => r.Model is not null).Select(static (r, _) => r.Model!).Collect()
            .Select(static (all, _) => MessageTypesModel.Merge(all))
            .Combine(assemblyName)
            .WithTrackingName(TrackingNames.MessageTypes);

        context.RegisterSourceOutput(taskModels, static (output, model) =>
        {
            output.AddSource(model.Type.HintName, TaskEmitter.Emit(model));
            output.AddSource(JsonSource.HintName(model.Type.HintName), JsonTaskEmitter.Emit(model));
        });
        context.RegisterSourceOutput(eventModels, AddContract);
        context.RegisterSourceOutput(documentModels, AddContract);
        context.RegisterSourceOutput(packableModels, AddContract);
        context.RegisterSourceOutput(unionModels, static (output, model) => output.AddSource(model.Type.HintName, UnionFormatterEmitter.Emit(model)));
        context.RegisterSourceOutput(typeModel, static (output, model) =>
        {
            if (model.Left.Types.Count > 0)
            {
                output.AddSource("HighPerf.MessageTypes.g.cs", FormatterTableEmitter.EmitTypes(model.Right, model.Left));
            }
        });

        var contracts = eventModels.Select(static (m, _) => m.Type.FullName).Collect()
            .Combine(documentModels.Select(static (m, _) => m.Type.FullName).Collect())
            .Combine(packableModels.Select(static (m, _) => m.Type.FullName).Collect())
            .Combine(assemblyName)
            .Select(static (all, _) => (Assembly: all.Right, Names: all.Left.Left.Left.Concat(all.Left.Left.Right).Concat(all.Left.Right).Distinct().OrderBy(static n => n, StringComparer.Ordinal).ToEquatableArray()))
            .WithTrackingName(TrackingNames.Formatters);
        context.RegisterSourceOutput(contracts, static (output, all) =>
        {
            if (all.Names.Count > 0)
            {
                output.AddSource("HighPerf.Contracts.g.cs", FormatterTableEmitter.EmitContracts(all.Assembly, all.Names));
            }
        });

        var entries = taskModels.Select(static (m, _) => TableEntries.Of(m)).Collect()
            .Combine(eventModels.Select(static (m, _) => TableEntries.Of(m)).Collect())
            .Combine(documentModels.Select(static (m, _) => TableEntries.Of(m)).Collect())
            .Select(static (all, _) => TableEntries.Sort(all.Left.Left.Concat(all.Left.Right).Concat(all.Right)));
        var assembly = context.CompilationProvider.Select(static (c, ct) => (Name: c.AssemblyName ?? "", Tables: ReferencedTables.Find(c, ct)));
        var table = entries.Combine(assembly)
            .Select(static (both, _) => new TableModel(both.Right.Name, both.Left, both.Right.Tables))
            .WithTrackingName(TrackingNames.Table);
        context.RegisterSourceOutput(table, static (output, model) =>
        {
            if (TableEmitter.Emit(model) is { } source)
            {
                output.AddSource("HighPerf.DispatchTable.g.cs", source);
            }
        });

        var facts = taskModels.Select(static (m, _) => ContractFacts.Of(m)).Collect()
            .Combine(eventModels.Select(static (m, _) => ContractFacts.Of(m)).Collect())
            .Combine(documentModels.Select(static (m, _) => ContractFacts.Of(m)).Collect())
            .Select(static (all, _) => ContractModelEmitter.Sort(all.Left.Left.Concat(all.Left.Right).Concat(all.Right)))
            .WithTrackingName(TrackingNames.Contracts);
        context.RegisterSourceOutput(facts, static (output, all) =>
        {
            if (ContractModelEmitter.Emit(all) is { } source)
            {
                output.AddSource("HighPerf.ContractModel.g.cs", source);
            }
        });

        var names = tasks.Select(static (r, _) => r.Names).Collect()
            .Combine(events.Select(static (r, _) => r.Names).Collect())
            .Combine(documents.Select(static (r, _) => r.Names).Collect())
            .Select(static (all, _) => NameCheck.Run(all.Left.Left.Concat(all.Left.Right).Concat(all.Right).SelectMany(static n => n), Fnv.Hash));
        Report(context, tasks.SelectMany(static (r, _) => r.Diagnostics));
        Report(context, events.SelectMany(static (r, _) => r.Diagnostics));
        Report(context, documents.SelectMany(static (r, _) => r.Diagnostics));
        Report(context, packables.SelectMany(static (r, _) => r.Diagnostics));
        Report(context, unions.SelectMany(static (r, _) => r.Diagnostics));
        Report(context, types.SelectMany(static (r, _) => r.Diagnostics));
        Report(context, strays.SelectMany(static (d, _) => d));
        Report(context, names.SelectMany(static (d, _) => d));
    }

    private static void AddContract(SourceProductionContext output, ContractModel model)
    {
        output.AddSource(model.Type.HintName, ContractEmitter.Emit(model));
        output.AddSource(JsonSource.HintName(model.Type.HintName), JsonContractEmitter.Emit(model));
    }

    // While somebody types, a type may have no name yet.
    private static bool IsDeclaration(SyntaxNode node, CancellationToken cancellationToken) => node is TypeDeclarationSyntax { Identifier.ValueText.Length: > 0 };

    // The compilation comes in here and nowhere else, and only when there is something to report: a diagnostic needs its tree so that #pragma applies to it.
    private static void Report(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<DiagnosticInfo> diagnostics)
        => context.RegisterSourceOutput(
            diagnostics.Combine(context.CompilationProvider),
            static (output, both) => output.ReportDiagnostic(both.Left.ToDiagnostic(both.Right)));
}
