using System.Buffers;
using System.Reflection;
using System.Text;
using HighPerf.Generated.Tests.Vectors;
using Warehouse.Stock;
using Xunit;

namespace HighPerf.Generated.Tests.Json;

/// <summary>For every declaration of this assembly and of its library: any value comes back from JSON as it comes back from the binary format.</summary>
public sealed class JsonPropertyTests
{
    private const int Rounds = 60;

    // Memory that is two members at once (a float's NaN does not keep the bits of the int), members that are ignored, memory without public members; then what random values
    // are not made of: JsonVectorTests has those.
    private static readonly Type[] s_left =
    [
        typeof(Overlap), typeof(Named), typeof(Opaque), typeof(Parts), typeof(Knot), typeof(HasInline), typeof(BigStructs),
        typeof(Msg), typeof(MsgD), typeof(OptHolder), typeof(IShape), typeof(SeqBag), typeof(CustomColl), typeof(MultiDim), typeof(ConcBag), typeof(CollBag), typeof(ImmBag),
        typeof(ShapeHolder), typeof(IfaceBag),
    ];

    public static TheoryData<string> Messages => new(MessageTypes().Select(t => t.FullName!));

    public static TheoryData<string> Tasks => new(TaskTypes().Select(t => t.FullName!));

    [Fact]
    public void ThereAreMany()
    {
        Assert.InRange(MessageTypes().Count(), 50, int.MaxValue);
        Assert.InRange(TaskTypes().Count(), 15, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void AMessageIsTheSameInBothForms(string name) => Run(nameof(CheckMessage), MessageTypes().Single(t => t.FullName == name));

    [Theory]
    [MemberData(nameof(Tasks))]
    public void ArgumentsAndResultAreTheSameInBothForms(string name)
    {
        var arguments = TaskTypes().Single(t => t.FullName == name);
        var result = arguments.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITaskArguments<,>)).GetGenericArguments()[1];
        Run(nameof(CheckTask), arguments, result);
    }

    private static void CheckMessage<T>()
        where T : IMessage<T>
    {
        var random = new RandomValues(Seed(typeof(T)));
        for (var round = 0; round < Rounds; round++)
        {
            var value = (T)random.Next(typeof(T))!;
            var binary = Codec.Write(value);
            foreach (var options in new JsonMessageOptions[] { new(), new() { EnumsAsStrings = true, UnknownMembers = UnknownMembers.Skip } })
            {
                var json = JsonText.Write(value, options);
                var read = JsonText.Read<T>(json, options);
                Same(binary, Codec.Write(read), json);
                Assert.Equal(json, JsonText.Write(Codec.Read<T>(binary), options));
            }
        }
    }

    private static void CheckTask<TArguments, TResult>()
        where TArguments : struct, ITaskArguments<TArguments, TResult>
    {
        var random = new RandomValues(Seed(typeof(TArguments)));
        for (var round = 0; round < Rounds; round++)
        {
            var call = new TaskCall<TArguments, TResult>((TArguments)random.Next(typeof(TArguments))!);
            var json = JsonText.Arguments(call);
            var read = JsonText.ReadArguments(call, json);
            Same(Codec.Encode(call), Codec.Encode(new TaskCall<TArguments, TResult>(read)), json);
            if (typeof(TResult) != typeof(None))
            {
                CheckResult<TArguments, TResult>((TResult)random.Next(typeof(TResult))!);
            }
        }
    }

    private static void CheckResult<TArguments, TResult>(TResult result)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
    {
        var output = new ArrayBufferWriter<byte>();
        var json = new JsonMessageWriter(output);
        TArguments.WriteJsonResult(json, result);
        json.Flush();
        var reader = new JsonMessageReader(output.WrittenSpan);
        var read = TArguments.ReadJsonResult(ref reader);
        reader.End();
        Same(Binary(result), Binary(read), Encoding.UTF8.GetString(output.WrittenSpan));

        static byte[] Binary(TResult value)
        {
            var bytes = new ArrayBufferWriter<byte>();
            var writer = new MessageWriter(bytes);
            TArguments.WriteResult(ref writer, value);
            writer.Flush();
            return bytes.WrittenSpan.ToArray();
        }
    }

    private static void Same(byte[] expected, byte[] actual, string json)
        => Assert.True(expected.AsSpan().SequenceEqual(actual), $"{json}\n{Convert.ToHexString(expected)}\n{Convert.ToHexString(actual)}");

    private static void Run(string method, params Type[] types)
        => typeof(JsonPropertyTests).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(types)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);

    private static int Seed(Type type) => type.FullName!.Sum(c => c);

    // Contracts have generators of their own, and JSON in their properties.
    private static IEnumerable<Type> MessageTypes() => All(typeof(IMessage<>)).Except(s_left).Where(t => t.Namespace?.EndsWith(".Contracts", StringComparison.Ordinal) != true);

    private static IEnumerable<Type> TaskTypes() => All(typeof(ITaskArguments<,>));

    private static IEnumerable<Type> All(Type contract)
        => new[] { typeof(JsonPropertyTests).Assembly, typeof(Shelf).Assembly }.SelectMany(a => a.GetTypes())
            .Where(t => t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == contract && i.GetGenericArguments()[0] == t))
            .OrderBy(t => t.FullName, StringComparer.Ordinal);
}
