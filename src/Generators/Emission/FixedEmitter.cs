using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>Helpers that store and load fixed-size values which a plain copy does not do justice to: nullables, and structs with padding or validated fields.</summary>
internal static class FixedEmitter
{
    public static void Store(SourceWriter output, CodecEmitter codec, FixedShape shape, string name)
    {
        output.Line(Source.Inline);
        output.Open($"internal static void {name}(ref byte run, int offset, {shape.TypeName} value)");
        if (shape.Kind == FixedKind.Nullable)
        {
            var inner = shape.Parts[0];

            // The flag and the padding after it are one store: padding is part of the encoding and must not be whatever the memory held.
            var flag = shape.Alignment switch { 1 => "(byte)1 : (byte)0", 2 => "(ushort)1 : (ushort)0", 4 => "1U : 0U", _ => "1UL : 0UL" };
            output.Line($"{Source.Writer}.Store(ref run, offset, value.HasValue ? {flag});");
            if (shape.Alignment == 16)
            {
                output.Line($"{Source.Writer}.Store(ref run, offset + 8, 0UL);");
            }

            output.Line(codec.Store(inner, "run", $"offset + {shape.Alignment}", "value.GetValueOrDefault()"));
        }
        else if (shape.Kind == FixedKind.Pair)
        {
            output.Line(codec.Store(shape.Parts[0], "run", "offset", "value.Key"));
            Zero(output, "run", "offset", shape.Parts[0].Size, shape.SecondOffset - shape.Parts[0].Size);
            output.Line(codec.Store(shape.Parts[1], "run", $"offset + {shape.SecondOffset}", "value.Value"));
            Zero(output, "run", "offset", shape.SecondOffset + shape.Parts[1].Size, shape.Size - shape.SecondOffset - shape.Parts[1].Size);
        }
        else if (shape.Kind == FixedKind.Tuple)
        {
            CheckSize(output, shape);
            output.Line($"{Source.Unsafe}.InitBlockUnaligned(ref {Source.Unsafe}.Add(ref run, offset), 0, {shape.Size});");
            for (var i = 0; i < shape.Parts.Count; i++)
            {
                output.Line(codec.Store(shape.Parts[i], "run", $"offset + {ItemOffset(shape, i)}", $"value.Item{i + 1}"));
            }
        }
        else
        {
            CheckSize(output, shape);
            output.Line($"{Source.Unsafe}.WriteUnaligned(ref {Source.Unsafe}.Add(ref run, offset), value);");
            foreach (var fixup in shape.Fixups)
            {
                if (fixup.Kind == FixedKind.Plain)
                {
                    Zero(output, "run", "offset", fixup.Offset, fixup.Size);
                }
                else if (fixup.Kind == FixedKind.DateTimeOffset)
                {
                    output.Line($"{Source.Writer}.Store(ref run, offset + {fixup.Offset}, (long)(uint)(int){Source.Reader}.Load<short>(ref run, offset + {fixup.Offset}));");
                }
            }
        }

        output.CloseMember();
    }

    public static void Load(SourceWriter output, CodecEmitter codec, FixedShape shape, string name)
    {
        output.Line(Source.Inline);
        output.Open($"internal static {shape.TypeName} {name}(ref byte run, int offset)");
        if (shape.Kind == FixedKind.Nullable)
        {
            var inner = shape.Parts[0];
            output.Line($"return {Source.Reader}.LoadBoolean(ref run, offset) ? {codec.Load(inner, "run", $"offset + {shape.Alignment}")} : default({shape.TypeName});");
        }
        else if (shape.Kind == FixedKind.Pair)
        {
            output.Line($"return new {shape.TypeName}({codec.Load(shape.Parts[0], "run", "offset")}, {codec.Load(shape.Parts[1], "run", $"offset + {shape.SecondOffset}")});");
        }
        else if (shape.Kind == FixedKind.Tuple)
        {
            CheckSize(output, shape);
            output.Line($"{shape.TypeName} value = default;");
            for (var i = 0; i < shape.Parts.Count; i++)
            {
                output.Line($"value.Item{i + 1} = {codec.Load(shape.Parts[i], "run", $"offset + {ItemOffset(shape, i)}")};");
            }

            output.Line("return value;");
        }
        else
        {
            CheckSize(output, shape);
            output.Line($"var value = {Source.Unsafe}.ReadUnaligned<{shape.TypeName}>(ref {Source.Unsafe}.Add(ref run, offset));");
            foreach (var fixup in shape.Fixups.Where(f => f.Kind != FixedKind.Plain))
            {
                var load = $"{Source.Reader}.Load{fixup.Kind}(ref run, offset + {fixup.Offset})";
                output.Line(fixup.Kind == FixedKind.DateTimeOffset
                    ? $"{Source.Unsafe}.WriteUnaligned(ref {Source.Unsafe}.Add(ref {Source.Unsafe}.As<{shape.TypeName}, byte>(ref value), {fixup.Offset}), {load});"
                    : $"_ = {load};");
            }

            output.Line("return value;");
        }

        output.CloseMember();
    }

    /// <summary>Stores zeros in the fewest stores.</summary>
    public static void Zero(SourceWriter output, string run, string offset, int at, int size)
    {
        while (size > 0)
        {
            var (step, zero) = size >= 8 ? (8, "0UL") : size >= 4 ? (4, "0U") : size >= 2 ? (2, "(ushort)0") : (1, "(byte)0");
            output.Line($"{Source.Writer}.Store(ref {run}, {offset} + {at}, {zero});");
            at += step;
            size -= step;
        }
    }

    // The runtime chose where the item is; the compiler folds the difference into a constant.
    private static string ItemOffset(FixedShape shape, int item)
        => $"(int){Source.Unsafe}.ByteOffset(ref {Source.Unsafe}.As<{shape.TypeName}, byte>(ref value), ref {Source.Unsafe}.As<{shape.Parts[item].TypeName}, byte>(ref value.Item{item + 1}))";

    // The compiler folds this away; it stops a program where the runtime lays the struct out in another way than the generator computed.
    private static void CheckSize(SourceWriter output, FixedShape shape)
    {
        output.Open($"if ({Source.Unsafe}.SizeOf<{shape.TypeName}>() != {shape.Size})");
        output.Line($"throw new global::System.PlatformNotSupportedException(\"The layout of {shape.TypeName.Replace("global::", "")} is not the one that its messages have.\");");
        output.CloseMember();
    }
}
