using HighPerf;

namespace HighPerf.Generated.Tests;

/// <summary>A contract with members of every kind that a view knows.</summary>
[Document]
public sealed partial record Parcel(
    Guid Id,
    int? Weight,
    string? Label,
    DateTimeOffset At,
    bool IsFragile,
    Address? Sender,
    List<int>? Codes,
    string?[]? Tags,
    List<Address?>? Stops,
    Dictionary<string, int>? Counts,
    string Last,
    byte End);

/// <summary>A nested contract.</summary>
[Document]
public sealed partial record Address(string City, int Number);

/// <summary>What an older version of <see cref="Parcel"/> may have written.</summary>
[Document]
public sealed partial record OldParcel(Guid Id, int? Weight, string? Label);

/// <summary>A contract that contains itself.</summary>
[Document]
public sealed partial record Tree(int Value, Tree? Left, Tree? Right);

/// <summary>Members with the names that a view has itself.</summary>
[Document]
public sealed partial record Awkwardly(bool IsNull, string ToObject, int @class);

/// <summary>A version-tolerant contract with members of every kind.</summary>
[Document(Layout = ContractLayout.VersionTolerant)]
public sealed partial record Stage(
    [property: MemberOrder(0)] int Number,
    [property: MemberOrder(2)] string? Name,
    [property: MemberOrder(3)] Address? Place,
    [property: MemberOrder(4)] List<Address?>? Stops,
    [property: MemberOrder(5)] Dictionary<string, int>? Counts,
    [property: MemberOrder(7)] DateTime? Until,
    [property: MemberOrder(8)] Uri? Site);

/// <summary>What another version wrote, with less of it and more.</summary>
[Document(Layout = ContractLayout.VersionTolerant)]
public sealed partial record OtherStage(
    [property: MemberOrder(0)] int Number,
    [property: MemberOrder(1)] string Gone,
    [property: MemberOrder(2)] string? Name,
    [property: MemberOrder(20)] string New);

/// <summary>What a newer version of <see cref="Address"/> may have written.</summary>
[Document]
public sealed partial record NewAddress(string City, int Number, string? Country);

/// <summary>A collection contract that contains itself.</summary>
[Document(Layout = ContractLayout.Collection)]
public sealed partial class Nest : List<Nest>;

/// <summary>Collections whose views are composed of others.</summary>
[Document]
public sealed partial record Composed(
    int[][]? Grid,
    List<List<string?>?>? Words,
    Dictionary<string, List<Address>>? Streets,
    Dictionary<int, DateTime>? Days,
    Dictionary<byte, decimal?>? Prices,
    Dictionary<Guid, string>? Names,
    List<DateTimeOffset?>? Instants,
    bool?[]? Flags,
    List<DateOnly?>? Dates,
    HashSet<long>? Numbers,
    Corner[]? Corners,
    Nest? Nest,
    Stage? Stage,
    Corner Corner);

/// <summary>A struct without references is its own view.</summary>
[Document]
public readonly partial record struct Corner(byte Kind, int X, int Y);

/// <summary>Its name is taken: there is no view.</summary>
[Document]
public sealed partial record Taken(int N);

/// <summary>What takes the name.</summary>
public sealed class TakenView;

/// <summary>A contract within types.</summary>
public static partial class Warehouse2
{
    /// <summary>Nested.</summary>
    [Event]
    public sealed partial record Moved(string Sku, int[] Places);

    /// <summary>Sees the event without making it an object.</summary>
    [Task, Subscribe<Moved>]
    public sealed partial class SeesMoved(Journal journal)
    {
        /// <summary>Runs.</summary>
        public void Run(MovedView moved)
        {
            var sum = 0;
            foreach (var place in moved.Places)
            {
                sum += place;
            }

            journal.Add($"{moved.Sku.ToString()} {sum}");
        }
    }
}

/// <summary>A view between other arguments, with a result.</summary>
[Task]
public sealed partial class Weigh
{
    /// <summary>Runs.</summary>
    public static ValueTask<string> RunAsync(TaskContext context, string prefix, HighPerf.Generated.Tests.ParcelView parcel, int factor = 2)
        => new($"{prefix}{parcel.Weight * factor}{parcel.Label.Decode()}");
}
