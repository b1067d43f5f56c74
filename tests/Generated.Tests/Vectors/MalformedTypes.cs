// The declarations of the malformed inputs.
#nullable enable
#pragma warning disable CS0169, IDE0044, IDE0051
using System.Runtime.CompilerServices;
using MemoryPack;

namespace HighPerf.Generated.Tests.Vectors;

[MemoryPackable] public partial class Deep { public short V { get; set; } public Deep? Next { get; set; } }

[MemoryPackable] public partial class Fan { public Fan?[]? Kids { get; set; } }

[InlineArray(32768)] public struct Blob32K { private byte _e; }

[MemoryPackable] public partial class BigStructs { public Blob32K[]? Items { get; set; } }

[MemoryPackable(GenerateType.VersionTolerant)] public partial class VtPair { [MemoryPackOrder(0)] public int A { get; set; } [MemoryPackOrder(1)] public int B { get; set; } }

[MemoryPackable(GenerateType.VersionTolerant)] public partial class VtOne { [MemoryPackOrder(0)] public int A { get; set; } }

[MemoryPackable] public partial class VtOnes { public VtOne?[]? Items { get; set; } }

[MemoryPackable] public partial class Bits { [BitPackFormatter] public bool[]? B { get; set; } }

[MemoryPackable(GenerateType.CircularReference)] public partial class CircA { [MemoryPackOrder(0)] public CircA? N { get; set; } [MemoryPackOrder(1)] public CircB? B { get; set; } }

[MemoryPackable(GenerateType.CircularReference)] public partial class CircB { [MemoryPackOrder(0)] public string? S { get; set; } }
