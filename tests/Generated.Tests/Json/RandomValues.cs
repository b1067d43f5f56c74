using System.Collections;
using System.Reflection;

namespace HighPerf.Generated.Tests.Json;

/// <summary>Random values of any declared type, with a liking for extremes. By reflection: a declaration that is added is tested without another word.</summary>
internal sealed class RandomValues(int seed)
{
    private const int MaxDepth = 4;
    private static readonly NullabilityInfoContext s_nullability = new();
    private readonly Random _random = new(seed);

    public object? Next(Type type, int depth = 0)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return _random.Next(4) == 0 ? null : Next(underlying, depth);
        }

        if (type.IsEnum)
        {
            var values = Enum.GetValues(type);
            return _random.Next(4) == 0 ? Enum.ToObject(type, Next(Enum.GetUnderlyingType(type))!) : values.GetValue(_random.Next(values.Length));
        }

        return Primitive(type) ?? Collection(type, depth) ?? Composite(type, depth);
    }

    private object? Primitive(Type type)
    {
        if (type == typeof(string))
        {
            return Text();
        }

        var extreme = _random.Next(3);
        return type.FullName switch
        {
            "System.Boolean" => _random.Next(2) == 0,
            "System.Byte" => (byte)_random.Next(256),
            "System.SByte" => (sbyte)_random.Next(-128, 128),
            "System.Int16" => (short)_random.Next(short.MinValue, short.MaxValue + 1),
            "System.UInt16" => (ushort)_random.Next(65536),
            "System.Int32" => extreme == 0 ? int.MinValue : _random.Next(),
            "System.UInt32" => extreme == 0 ? uint.MaxValue : (uint)_random.NextInt64(uint.MaxValue),
            "System.Int64" => extreme == 0 ? long.MinValue : extreme == 1 ? long.MaxValue : _random.NextInt64(),
            "System.UInt64" => extreme == 0 ? ulong.MaxValue : (ulong)_random.NextInt64(),
            "System.IntPtr" => (nint)_random.NextInt64(),
            "System.UIntPtr" => (nuint)_random.NextInt64(),
            "System.Int128" => extreme == 0 ? Int128.MinValue : new Int128((ulong)_random.NextInt64(), (ulong)_random.NextInt64()),
            "System.UInt128" => extreme == 0 ? UInt128.MaxValue : new UInt128((ulong)_random.NextInt64(), (ulong)_random.NextInt64()),
            "System.Char" => (char)_random.Next(65536),
            "System.Single" => Real(BitConverter.Int32BitsToSingle(_random.Next(int.MinValue, int.MaxValue)), float.NaN, float.NegativeInfinity, -0.0f),
            "System.Double" => Real(BitConverter.Int64BitsToDouble(_random.NextInt64(long.MinValue, long.MaxValue)), double.NaN, double.PositiveInfinity, -0.0),
            "System.Half" => Real((Half)_random.NextSingle(), Half.NaN, Half.NegativeInfinity, Half.MaxValue),
            "System.Decimal" => extreme == 0 ? decimal.MaxValue : new decimal(_random.Next(), _random.Next(), _random.Next(2), _random.Next(2) == 0, (byte)_random.Next(29)),
            "System.Guid" => Guid.NewGuid(),
            "System.TimeSpan" => extreme == 0 ? TimeSpan.MinValue : extreme == 1 ? TimeSpan.FromSeconds(_random.Next(100_000)) : new TimeSpan(_random.NextInt64(long.MinValue, long.MaxValue)),
            "System.DateTime" => extreme == 0 ? DateTime.MaxValue : new DateTime(_random.NextInt64(DateTime.MaxValue.Ticks), extreme == 1 ? DateTimeKind.Utc : DateTimeKind.Unspecified),
            "System.DateTimeOffset" => extreme == 0
                ? DateTimeOffset.MaxValue
                : new DateTimeOffset(_random.NextInt64(TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay), TimeSpan.FromMinutes(_random.Next(-840, 841))),
            "System.DateOnly" => DateOnly.FromDayNumber(_random.Next(DateOnly.MaxValue.DayNumber + 1)),
            "System.TimeOnly" => extreme == 0 ? TimeOnly.MaxValue : new TimeOnly(_random.NextInt64(TimeSpan.TicksPerDay)),
            "System.Uri" => new Uri("https://example.com/ä?q=" + _random.Next()),
            "System.Version" => extreme == 0 ? new Version(1, 2) : extreme == 1 ? new Version(1, 2, 3) : new Version(_random.Next(), 0, 3, 4),
            _ => null,
        };
    }

    private T Real<T>(T value, T first, T second, T third) => _random.Next(8) switch { 0 => first, 1 => second, 2 => third, _ => IsNaN(value) ? first : value };

    // Bits of a NaN beyond the one that everybody means do not survive in JSON.
    private static bool IsNaN<T>(T value) => value is float.NaN or double.NaN;

    private string Text()
    {
        string[] parts = ["a", "é", "😀", "\"", "\\", "\n", "\u2028", "\0", "<b>", "/", "", "long enough to be copied in several steps", "'"];
        return string.Concat(Enumerable.Range(0, _random.Next(5)).Select(_ => parts[_random.Next(parts.Length)]));
    }

    private object? Collection(Type type, int depth)
    {
        var count = depth >= MaxDepth ? 0 : _random.Next(4);
        if (type.IsArray)
        {
            var array = Array.CreateInstance(type.GetElementType()!, count);
            for (var i = 0; i < count; i++)
            {
                array.SetValue(Next(type.GetElementType()!, depth + 1), i);
            }

            return array;
        }

        if (!type.IsGenericType)
        {
            return List(type, count, depth);
        }

        var arguments = type.GetGenericArguments();
        var name = type.GetGenericTypeDefinition().Name;
        if (name == "KeyValuePair`2")
        {
            return null;
        }

        if (name.Contains("Memory", StringComparison.Ordinal))
        {
            return Activator.CreateInstance(type, Next(arguments[0].MakeArrayType(), depth));
        }

        if (name.Contains("Dictionary", StringComparison.Ordinal))
        {
            var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
            for (var i = 0; i < count; i++)
            {
                dictionary[Next(arguments[0], depth + 1)!] = Next(arguments[1], depth + 1);
            }

            return dictionary;
        }

        if (type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) != true)
        {
            return null;
        }

        var isSet = name.Contains("Set", StringComparison.Ordinal);
        var collection = Activator.CreateInstance((isSet ? typeof(HashSet<>) : typeof(List<>)).MakeGenericType(arguments))!;
        var add = collection.GetType().GetMethod("Add")!;
        for (var i = 0; i < count; i++)
        {
            add.Invoke(collection, [Next(arguments[0], depth + 1)]);
        }

        return collection;
    }

    /// <summary>A class of ours that is a list.</summary>
    private object? List(Type type, int count, int depth)
    {
        var form = type.GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IList<>));
        if (form is null || type.GetConstructor(Type.EmptyTypes) is null)
        {
            return null;
        }

        var list = (IList)Activator.CreateInstance(type)!;
        for (; count > 0; count--)
        {
            list.Add(Next(form.GetGenericArguments()[0], depth + 1));
        }

        return list;
    }

    /// <summary>A type of ours: its richest constructor, then everything that can be set.</summary>
    private object? Composite(Type type, int depth)
    {
        if (depth > 0 && !type.IsValueType && (depth > MaxDepth || _random.Next(5) == 0))
        {
            return null;
        }

        var constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance).OrderByDescending(c => c.GetParameters().Length).FirstOrDefault();
        var value = constructor is null
            ? Activator.CreateInstance(type)!
            : constructor.Invoke([.. constructor.GetParameters().Select(p => Next(p.ParameterType, depth + 1))]);
        foreach (var property in type.GetProperties().Where(p => p.CanWrite && p.Name != "Capacity" && p.GetIndexParameters().Length == 0))
        {
            property.SetValue(value, Member(property.PropertyType, s_nullability.Create(property), depth));
        }

        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Instance).Where(f => !f.IsInitOnly))
        {
            field.SetValue(value, Member(field.FieldType, s_nullability.Create(field), depth));
        }

        return value;
    }

    private object? Member(Type type, NullabilityInfo nullability, int depth)
        => !type.IsValueType && nullability.ReadState == NullabilityState.Nullable && _random.Next(4) == 0 ? null : Next(type, depth + 1);
}
