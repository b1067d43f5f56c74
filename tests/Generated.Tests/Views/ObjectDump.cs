using System.Buffers;
using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HighPerf.Generated.Tests.Views;

/// <summary>What a view of an object should say, by looking at the object.</summary>
internal static class ObjectDump
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly JsonSerializerOptions s_options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, IncludeFields = true };

    public static void Add(Type view, object? value, List<object?> log)
    {
        var definition = view.IsGenericType ? view.GetGenericTypeDefinition() : null;
        var arguments = view.IsGenericType ? view.GetGenericArguments() : [];
        if (view == typeof(TextView) || definition == typeof(ValueView<>))
        {
            log.Add(value);
        }
        else if (definition == typeof(ValuesView<>) || definition == typeof(SequenceView<>))
        {
            Elements(value, log, element => Add(arguments[0], element, log));
        }
        else if (definition == typeof(PairsView<,>))
        {
            Elements(value, log, log.Add);
        }
        else if (definition == typeof(MapView<,>))
        {
            Elements(value, log, pair =>
            {
                Add(arguments[0], Value(pair!, "Key"), log);
                Add(arguments[1], Value(pair!, "Value"), log);
            });
        }
        else if (!view.IsByRefLike)
        {
            log.Add(value);
        }
        else if (value is null)
        {
            log.Add("null");
        }
        else
        {
            Parts(view, value, log);
        }
    }

    /// <summary>For comparing and printing.</summary>
    public static string Text(List<object?> log) => string.Join("\n", log.Select(Text));

    private static void Parts(Type view, object value, List<object?> log)
    {
        foreach (var member in ViewDump.Members(view))
        {
            Add(member.PropertyType, member.Name == "Items" && value is IEnumerable ? value : Value(value, member.Name.TrimEnd('_')), log);
        }

        foreach (var one in ViewDump.Cases(view))
        {
            if (one.Name == "TryGet" + value.GetType().Name)
            {
                log.Add(one.Name);
                Add(one.GetParameters()[0].ParameterType.GetElementType()!, value, log);
            }
        }
    }

    private static void Elements(object? value, List<object?> log, Action<object?> add)
    {
        if (value is null || (value.GetType().Name == "ImmutableArray`1" && (bool)Value(value, "IsDefault")!))
        {
            log.Add("null");
            return;
        }

        var elements = value switch
        {
            _ when value.GetType().Name is "Memory`1" or "ReadOnlyMemory`1" or "ArraySegment`1" && (value.GetType().GetProperty("Count") ?? value.GetType().GetProperty("Length"))!.GetValue(value) is 0 => [],
            IEnumerable enumerable => enumerable.Cast<object?>().ToList(),
            _ when value.GetType().Name == "ReadOnlySequence`1"
                => ((IEnumerable)typeof(BuffersExtensions).GetMethod("ToArray")!.MakeGenericMethod(value.GetType().GetGenericArguments()).Invoke(null, [value])!).Cast<object?>().ToList(),
            _ => ((IEnumerable)value.GetType().GetMethod("ToArray")!.Invoke(value, null)!).Cast<object?>().ToList(),
        };
        log.Add(elements.Count);
        elements.ForEach(add);
    }

    private static object? Value(object from, string name)
    {
        for (var type = from.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetProperty(name, Any | BindingFlags.DeclaredOnly) is { } property && property.GetMethod is not null)
            {
                return property.GetValue(from);
            }

            if (type.GetField(name, Any | BindingFlags.DeclaredOnly) is { } field)
            {
                return field.GetValue(from);
            }
        }

        throw new MissingMemberException(from.GetType().Name, name);
    }

    private static string Text(object? value)
    {
        try
        {
            // A heap that was read has another capacity.
            return value is string text ? text : value?.GetType().Name == "PriorityQueue`2" ? value.ToString()! : JsonSerializer.Serialize(value, s_options);
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or JsonException or ArgumentException)
        {
            return value!.ToString()!;
        }
    }
}
