using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using HighPerf.Generated.Tests.Fuzzing;
using HighPerf.Generated.Tests.Json;
using HighPerf.Generated.Tests.Vectors;
using Xunit;

namespace HighPerf.Generated.Tests.Views;

/// <summary>
/// For every view of this assembly: it says what the object says, takes as many bytes, allocates nothing, and whatever happens to the bytes ends as a value or as the one
/// exception. <c>HIGHPERF_FUZZ</c> and <c>HIGHPERF_FUZZ_SEED</c> are as in <see cref="FuzzTests"/>.
/// </summary>
public sealed class EveryViewTests
{
    private const int Rounds = 40;

    public static TheoryData<string> Names => new(Views().Select(v => v.FullName!));

    private static int FuzzCount { get; } = Setting("HIGHPERF_FUZZ", 200_000);

    private static int Seed { get; } = Setting("HIGHPERF_FUZZ_SEED", Environment.TickCount);

    [Fact]
    public void ThereAreMany() => Assert.InRange(Views().Count(), 60, int.MaxValue);

    [Theory]
    [MemberData(nameof(Names))]
    public void ItSaysWhatTheObjectSays(string name) => Run(nameof(Check), name);

    [Theory]
    [MemberData(nameof(Names))]
    public void NoBytesDoHarm(string name) => Run(nameof(Fuzz), name);

    [Fact]
    public void MalformedVectors()
    {
        var dumps = Views().Select(ViewDump.Of).ToList();
        foreach (var (id, bytes) in MalformedInput.All)
        {
            // As any contract: the ones that they were made for are among them.
            foreach (var dump in dumps)
            {
                Assert.Null(Touch(dump, bytes ?? [], id, out _));
            }
        }
    }

    private static void Check<T, TView>()
        where T : IMessage<T>
        where TView : IMessageView<TView>, allows ref struct
    {
        var dump = ViewDump.Of(typeof(TView));
        foreach (var value in Values<T>())
        {
            var bytes = Codec.Write(value);
            var (expected, found) = (new List<object?>(), new List<object?>());
            ObjectDump.Add(typeof(TView), value, expected);
            var made = (T?)dump(bytes, found);
            Assert.Equal(ObjectDump.Text(expected), ObjectDump.Text(found));
            Assert.Equal(bytes, Codec.Write(made));
            Assert.Equal(bytes.Length, LengthAt<TView>(bytes));
            Assert.True(bytes.Length == 0 || LengthAt<TView>(bytes.AsSpan(..^1)) > bytes.Length - 1);

            // What has no view is decoded to get past it.
            if (!ViewDump.Members(typeof(TView)).Any(m => IsDecoded(m.PropertyType)))
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                LengthAt<TView>(bytes);
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(allocated == 0, $"{allocated} bytes for {Convert.ToHexString(bytes)}");
            }
        }
    }

    private static void Fuzz<T, TView>()
        where T : IMessage<T>
        where TView : IMessageView<TView>, allows ref struct
    {
        var dump = ViewDump.Of(typeof(TView));
        var corpus = Values<T>().Select(Codec.Write).Where(b => b.Length is > 0 and < 4096).ToArray();
        if (corpus.Length == 0)
        {
            return;
        }

        var mutator = new Mutator(Seed, corpus);
        var count = Math.Max(100, FuzzCount / Views().Count());
        for (var i = 0; i < count; i++)
        {
            var bytes = i < 200 ? corpus[i % corpus.Length][..(corpus[i % corpus.Length].Length * i / 200)] : mutator.Next(corpus[i % corpus.Length]);
            var message = $"HIGHPERF_FUZZ_SEED={Seed} {typeof(TView)} {Convert.ToHexString(bytes)}";
            Assert.Null(Touch(dump, bytes, message, out var said));
            if (TryRead<T>(bytes) is var (value, written) && written.AsSpan().SequenceEqual(bytes))
            {
                var expected = new List<object?>();
                ObjectDump.Add(typeof(TView), value, expected);
                Assert.True(said is not null, $"{message} is an object and no view");
                Assert.True(ObjectDump.Text(expected) == ObjectDump.Text(said), $"{message}\n{ObjectDump.Text(expected)}\n--\n{ObjectDump.Text(said)}");
            }
        }
    }

    /// <summary>What is wrong with what happened; null for nothing.</summary>
    private static string? Touch(Func<byte[], List<object?>, object?> dump, byte[] bytes, string message, out List<object?>? said)
    {
        said = null;
        try
        {
            // Of a size of their own: nothing behind the bytes is theirs.
            var log = new List<object?>();
            dump(bytes, log);
            said = log;
            return null;
        }
        catch (MessageFormatException)
        {
            return null;
        }
        catch (Exception e)
        {
            return $"{message}: {e}";
        }
    }

    private static (T? Value, byte[] Written)? TryRead<T>(byte[] bytes)
        where T : IMessage<T>
    {
        try
        {
            var value = Codec.Read<T>(bytes);
            return (value, Codec.Write(value));
        }
        catch (MessageFormatException)
        {
            return null;
        }
    }

    private static IEnumerable<T?> Values<T>()
    {
        foreach (var one in VectorCases.All.Where(c => c.Boxed.Type == typeof(T) && !c.IsUnwritable))
        {
            yield return (T?)one.Boxed.Value;
        }

        var random = new RandomValues(typeof(T).FullName!.Sum(c => c));
        for (var i = 0; i < Rounds; i++)
        {
            object? value;
            try
            {
                value = random.Next(typeof(T));
            }
            catch (Exception e) when (e is MissingMethodException or MemberAccessException or ArgumentException or TargetInvocationException)
            {
                // Of an abstract type, or with members that random values are not made of.
                yield break;
            }

            yield return (T?)value;
        }
    }

    private static bool IsDecoded(Type type)
        => !type.IsByRefLike && (bool)typeof(System.Runtime.CompilerServices.RuntimeHelpers).GetMethod("IsReferenceOrContainsReferences")!.MakeGenericMethod(type).Invoke(null, null)!;

    private static long LengthAt<TView>(ReadOnlySpan<byte> bytes)
        where TView : IMessageView<TView>, allows ref struct
        => TView.LengthAt(ref MemoryMarshal.GetReference(bytes), bytes.Length, 0);

    private static void Run(string method, string name)
    {
        var view = Views().Single(v => v.FullName == name);
        typeof(EveryViewTests).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(ContractOf(view)!, view)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
    }

    private static Type? ContractOf(Type view) => Nullable.GetUnderlyingType(view.GetMethod("ToObject")!.ReturnType) ?? view.GetMethod("ToObject")!.ReturnType;

    private static IEnumerable<Type> Views()
        => typeof(EveryViewTests).Assembly.GetTypes()
            .Where(t => t.IsByRefLike && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IMessageView<>)))
            .OrderBy(t => t.FullName, StringComparer.Ordinal);

    private static int Setting(string name, int otherwise)
        => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
