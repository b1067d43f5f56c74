namespace HighPerf.Generators.Tests;

/// <summary>Declarations that several tests look at. Documented, so that they compile in documentation mode with warnings as errors.</summary>
internal static class Samples
{
    public const string Task = """
        namespace Shop.Images;

        /// <summary>A store.</summary>
        public interface IImageStore { }

        /// <summary>A result.</summary>
        [Document]
        public sealed partial record ImageInfo(int Width, string Format);

        /// <summary>A task with everything.</summary>
        [Task("images.resize", Aliases = ["images.scale"], MaxAttempts = 5, Timeout = "00:00:30", HardTimeout = "00:01:00", Queue = "images", Slot = SlotKind.Cpu, Priority = MessagePriority.High)]
        public sealed partial class ResizeImage(IImageStore store)
        {
            /// <summary>Resizes.</summary>
            public async ValueTask<ImageInfo> RunAsync(TaskContext context, Uri source, int width = 640, bool crop = false, decimal? price = null, CancellationToken cancellationToken = default)
            {
                await Task.Yield();
                return new ImageInfo(width, source + store.ToString() + crop + price);
            }
        }
        """;

    public const string StatelessTask = """
        namespace Shop;

        /// <summary>No services, no state, no result.</summary>
        [Task]
        public sealed partial class Ping
        {
            /// <summary>Nothing.</summary>
            public void Run() { }
        }
        """;

    public const string Disposable = """
        namespace Shop;

        /// <summary>Disposed after each attempt.</summary>
        [Task]
        public sealed partial class Holder : IAsyncDisposable
        {
            /// <summary>Nothing.</summary>
            public Task<string?> RunAsync(List<int?>? numbers) => Task.FromResult<string?>(numbers?.Count.ToString());

            /// <inheritdoc/>
            public ValueTask DisposeAsync() => default;
        }
        """;

    public const string Event = """
        namespace Shop;

        /// <summary>An event.</summary>
        [Event(Aliases = ["shop.placed"])]
        public sealed partial record OrderPlaced(Guid OrderId, decimal Total, DateTimeOffset At, string? Note);

        /// <summary>A subscriber.</summary>
        [Task, Subscribe<OrderPlaced>]
        public sealed partial class SendReceipt
        {
            /// <summary>Sends.</summary>
            public ValueTask RunAsync(TaskContext context, OrderPlaced placed) => default;
        }
        """;

    public const string Document = """
        namespace Shop;

        /// <summary>Many shapes.</summary>
        [Document]
        public partial class Basket
        {
            /// <summary>Text.</summary>
            public required string Code { get; init; }
            /// <summary>Numbers.</summary>
            public int[]? Numbers { get; set; }
            /// <summary>Texts.</summary>
            public IReadOnlyList<string?>? Texts { get; set; }
            /// <summary>Prices.</summary>
            public Dictionary<Guid, bool>? Flags { get; set; }
            /// <summary>Names.</summary>
            public IReadOnlyDictionary<string, Basket?>? Inner { get; set; }
            /// <summary>Times.</summary>
            public List<DateTimeOffset>? Times { get; set; }
            /// <summary>Places.</summary>
            public HashSet<Place?>? Places { get; set; }
            /// <summary>A place.</summary>
            public Place? Place { get; set; }
            /// <summary>A struct with a reference.</summary>
            public Named? Named { get; set; }
            /// <summary>Bytes.</summary>
            public ReadOnlyMemory<byte> Bytes { get; set; }
            /// <summary>A version.</summary>
            public Version? Version { get; set; }
        }

        /// <summary>A struct of fixed size with padding.</summary>
        [Document]
        public readonly partial record struct Place(byte Row, long Column, bool Free);

        /// <summary>A struct with a reference.</summary>
        [Document]
        public readonly partial record struct Named(int Id, string Name);
        """;

    public const string Awkward = """
        /// <summary>In the global namespace, with keywords for names.</summary>
        [Task]
        public sealed partial class @class
        {
            /// <summary>Runs.</summary>
            public static string Run(int @int, string @event = "a\"b\n", char c = '\'', double nan = double.NaN, float f = 1.5f, long big = long.MinValue,
                DayOfWeek day = DayOfWeek.Friday, decimal m = 1.50m, ulong u = ulong.MaxValue, int? n = 3, string? none = null, Guid id = default, int buffer = 1, int writer = 2)
                => @event + @int + c + nan + f + big + day + m + u + n + none + id + buffer + writer;
        }

        /// <summary>Outer.</summary>
        public static partial class Outer
        {
            /// <summary>Inner.</summary>
            public partial interface IInner
            {
                /// <summary>Base of the next.</summary>
                [Document]
                public partial record Node(int @value, List<Node>? Children);

                /// <summary>Derives from a contract.</summary>
                [Document("leaf")]
                public sealed partial record Leaf(int @value, List<Node>? Children, string Extra) : Node(@value, Children)
                {
                    /// <summary>Not in the message.</summary>
                    [IgnoreMember]
                    public string Both => Extra + Extra;
                }

                /// <summary>Obsolete.</summary>
                [Obsolete("soon gone"), Event]
                public readonly partial struct Gone
                {
                    /// <summary>A text.</summary>
                    public string? Text { get; init; }
                }
            }
        }
        """;

    public const string Contracts = """
        [assembly: MessageType(typeof(List<Drawing.Page<int>>))]

        namespace MemoryPack
        {
            internal enum GenerateType { Object, VersionTolerant }

            [AttributeUsage(AttributeTargets.All)]
            internal sealed class MemoryPackableAttribute(GenerateType generateType = GenerateType.Object) : Attribute
            {
                public GenerateType GenerateType => generateType;
            }
        }

        namespace Drawing
        {
            /// <summary>A union.</summary>
            [Document, Union(0, typeof(Circle)), Union(300, typeof(Group))]
            public partial interface IShape { }

            /// <summary>A case.</summary>
            [Document]
            public sealed partial record Circle(double Radius) : IShape;

            /// <summary>A case that holds others.</summary>
            [Document(Layout = ContractLayout.VersionTolerant)]
            public sealed partial class Group : IShape
            {
                /// <summary>Shapes.</summary>
                [MemberOrder(0)] public List<IShape?>? Shapes { get; set; }
                /// <summary>Left.</summary>
                [MemberOrder(2)] public int Left { get; set; }
                /// <summary>Top.</summary>
                [MemberOrder(3), KeepDefault] public int Top { get; set; } = 5;
                [OnRead] private void Check() { }
            }

            /// <summary>A graph.</summary>
            [Document(Layout = ContractLayout.CircularReference)]
            public partial class Node
            {
                /// <summary>Up.</summary>
                public Node? Parent { get; set; }
                /// <summary>Down.</summary>
                public Node[]? Children { get; set; }
            }

            /// <summary>A generic contract.</summary>
            [Document]
            public partial class Page<T>
            {
                /// <summary>Items.</summary>
                public T[]? Items { get; set; }
                /// <summary>Next.</summary>
                public Page<T>? Next { get; set; }
            }

            /// <summary>As MemoryPack knows it.</summary>
            [MemoryPack.MemoryPackable(MemoryPack.GenerateType.VersionTolerant)]
            public partial class Canvas
            {
                /// <summary>Pages.</summary>
                public Page<Circle>? Pages { get; set; }
                /// <summary>A matrix.</summary>
                public float[,]? Matrix { get; set; }
                /// <summary>A tuple.</summary>
                public (int Left, string? Name) Tuple { get; set; }
                /// <summary>A tuple without references.</summary>
                public (byte, long)? Pair { get; set; }
            }
        }
        """;

    public static string[] All { get; } = [Task, StatelessTask, Disposable, Event, Document, Awkward, Contracts];
}
