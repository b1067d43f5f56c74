using System;
using System.Globalization;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>The settings of <c>[Task]</c>, checked at compile time.</summary>
internal static class TaskOptionsParser
{
    public static TaskOptions Parse(INamedTypeSymbol type, AttributeData attribute, Location place, DiagnosticBag bag)
    {
        var options = new TaskOptions(0, 0, 0, null, 0, 1);
        foreach (var argument in attribute.NamedArguments)
        {
            var value = argument.Value.Kind == TypedConstantKind.Array ? null : argument.Value.Value;
            options = argument.Key switch
            {
                "MaxAttempts" => options with { MaxAttempts = Attempts(type, value as int? ?? 0, place, bag) },
                "Timeout" => options with { TimeoutTicks = TimeLimit(type, argument.Key, value as string, place, bag) },
                "HardTimeout" => options with { HardTimeoutTicks = TimeLimit(type, argument.Key, value as string, place, bag) },
                "Queue" => options with { Queue = value as string },
                "Slot" => options with { Slot = Convert.ToInt32(value, CultureInfo.InvariantCulture) },
                "Priority" => options with { Priority = Convert.ToInt32(value, CultureInfo.InvariantCulture) },
                _ => options,
            };
        }

        return options;
    }

    private static int Attempts(INamedTypeSymbol type, int value, Location place, DiagnosticBag bag)
    {
        if (value < 0)
        {
            bag.Add(Descriptors.NegativeMaxAttempts, place, type.Name, value.ToString(CultureInfo.InvariantCulture));
        }

        return value;
    }

    private static long TimeLimit(INamedTypeSymbol type, string name, string? text, Location place, DiagnosticBag bag)
    {
        if (text is null)
        {
            return 0;
        }

        // "30" parses as 30 days, which nobody means: a time limit has at least one colon.
        if (text.IndexOf(':') < 0 || !TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) || value <= TimeSpan.Zero)
        {
            bag.Add(Descriptors.InvalidTimeLimit, place, name, type.Name, text);
            return 0;
        }

        return value.Ticks;
    }
}
