using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace HighPerf.Analyzers.Lifetime;

/// <summary>What belongs to one attempt of a task: its context, and the constructor's services, which come from the attempt's scope.</summary>
internal sealed class AttemptOwned(INamedTypeSymbol task, KnownTypes known, Compilation compilation)
{
    /// <summary>Services that frameworks register once for the whole program, and values that are nobody's to dispose.</summary>
    private static readonly HashSet<string> Singletons =
    [
        "Microsoft.Extensions.Logging.ILogger", "Microsoft.Extensions.Logging.ILoggerFactory", "Microsoft.Extensions.Configuration.IConfiguration",
        "Microsoft.Extensions.Hosting.IHostEnvironment", "Microsoft.Extensions.Hosting.IHostApplicationLifetime",
        "Microsoft.Extensions.DependencyInjection.IServiceScopeFactory", "Microsoft.Extensions.Options.IOptions", "Microsoft.Extensions.Options.IOptionsMonitor",
        "Microsoft.Extensions.Caching.Memory.IMemoryCache", "Microsoft.Extensions.Caching.Distributed.IDistributedCache", "System.Net.Http.IHttpClientFactory",
        "System.Diagnostics.Metrics.IMeterFactory", "System.TimeProvider", "HighPerf.Publisher",
    ];

    private readonly HashSet<ITypeSymbol> _serviceTypes = new(
        task.InstanceConstructors.SelectMany(static c => c.Parameters).Select(static p => p.Type).Where(IsService), SymbolEqualityComparer.Default);

    /// <summary>The owned thing that the expression is; null when it is none.</summary>
    public string? Of(IOperation operation)
    {
        operation = Operations.Unwrap(operation);
        return operation switch
        {
            IParameterReferenceOperation { Parameter: var parameter } when known.IsContext(parameter.Type) => parameter.Name,
            IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } parameter } when Owns(parameter.Type) => parameter.Name,
            IFieldReferenceOperation { Field: { IsStatic: false } field, Instance: IInstanceReferenceOperation } when Owns(field.Type) => field.Name,
            IPropertyReferenceOperation { Property: { IsStatic: false } property, Instance: IInstanceReferenceOperation } when Owns(property.Type) => property.Name,
            _ => null,
        };
    }

    /// <summary>The owned thing at the root of a chain of calls and members, as <c>store</c> in <c>store.Table("x").SaveAsync()</c>.</summary>
    public string? RootOf(IOperation? operation)
    {
        while (operation is not null)
        {
            operation = Operations.Unwrap(operation);
            if (Of(operation) is { } name)
            {
                // The context itself is only read when such a call begins.
                return known.IsContext(operation.Type) ? null : name;
            }

            operation = operation switch
            {
                IInvocationOperation { Instance: { } instance } => instance,
                IInvocationOperation { TargetMethod.IsExtensionMethod: true, Arguments: { Length: > 0 } arguments } => arguments[0].Value,
                IMemberReferenceOperation { Instance: { } instance } => instance,
                _ => null,
            };
        }

        return null;
    }

    /// <summary>The owned thing that a lambda or method group takes with it.</summary>
    public string? CapturedBy(IOperation value)
    {
        value = Operations.Unwrap(value);
        if (value is not IDelegateCreationOperation creation)
        {
            return null;
        }

        // A method of the task's own takes the whole task along.
        return creation.Target is IMethodReferenceOperation { Instance: { } instance }
            ? instance is IInstanceReferenceOperation ? OfTask() : Of(instance)
            : creation.Target.Descendants().Select(Of).FirstOrDefault(static name => name is not null);
    }

    /// <summary>The owned thing that a value is, or that it takes with it: as a lambda, or as an object that is made with it.</summary>
    public string? In(IOperation value)
    {
        value = Operations.Unwrap(value);
        return Of(value) ?? CapturedBy(value)
            ?? (value is IObjectCreationOperation created ? created.Arguments.Select(a => Of(a.Value) ?? CapturedBy(a.Value)).FirstOrDefault(static name => name is not null) : null);
    }

    private static bool IsService(ITypeSymbol type) => type is { IsValueType: false, SpecialType: not SpecialType.System_String };

    private string? OfTask() => _serviceTypes.Any(Owns) ? "this" : null;

    private bool Owns(ITypeSymbol type)
        => known.IsContext(type) || (_serviceTypes.Contains(type) && !Singletons.Contains(Operations.FullName(type)) && !SingletonRegistrations.Names(type, compilation));
}
