using HighPerf.Generated;
using HighPerf.TestKit;
using HighPerf.Transports;
using V1 = Evolution.V1;
using V2 = Evolution.V2;
using V3 = Evolution.V3;

namespace HighPerf.Evolution.Tests;

/// <summary>One broker, and applications of several versions on it.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private readonly InMemoryTransport _broker = new("memory");
    private readonly List<HighPerfApplication> _applications = [];

    public InMemoryTransport Broker => _broker;

    /// <summary>Starts an application of a version: a worker on these queues, or with none of them only a publisher.</summary>
    public async Task<HighPerfApplication> StartAsync(int version, params string[] queues)
    {
        var application = HighPerfApplication.Create(
            hp =>
            {
                DispatchTable table = version switch
                {
                    1 => HighPerf_Evolution_V1DispatchTable.Instance,
                    2 => HighPerf_Evolution_V2DispatchTable.Instance,
                    _ => HighPerf_Evolution_V3DispatchTable.Instance,
                };
                hp.UseTables(table);
                hp.AddTransport("memory", _ => _broker);
                if (queues.Length == 0)
                {
                    hp.WithoutWorker();
                }
                else
                {
                    hp.AddWorker(w =>
                    {
                        w.Queues = [.. queues];
                        w.Concurrency = 4;
                        w.CpuConcurrency = 1;
                    });
                }
            },
            minimumLevel: Microsoft.Extensions.Logging.LogLevel.Critical);
        _applications.Add(application);
        await application.StartAsync();
        return application;
    }

    public static async ValueTask OrderAsync(HighPerfApplication application, int version, Guid id) => await (version switch
    {
        1 => application.Publisher.PublishAsync(new V1.Ordered(id, 9.5, "Ada")),
        2 => application.Publisher.PublishAsync(new V2.Ordered(id, 9.5, "Ada", "gift", 3)),
        _ => application.Publisher.PublishAsync(new V3.Ordered(id, 9.5m, "Ada")),
    });

    public static async ValueTask ShipAsync(HighPerfApplication application, int version, Guid id) => await (version switch
    {
        1 => application.Publisher.SendAsync(V1.Ship.Call(id, 2)),
        2 => application.Publisher.SendAsync(V2.Ship.Call(id, 2, express: true)),
        _ => application.Publisher.SendAsync(V3.Ship.Call(id, ["a", "b"])),
    });

    public static async ValueTask VisitAsync(HighPerfApplication application, int version, Guid id) => await (version switch
    {
        1 => application.Publisher.SendAsync(V1.Visit.Call(id, new V1.Address("Main Street", "Bonn"), 10)),
        2 => application.Publisher.SendAsync(V2.Visit.Call(id, new V2.Address("Main Street", "Bonn", "DE"), 10)),
        _ => application.Publisher.SendAsync(V3.Visit.Call(id, new V3.Address("Main Street", "Bonn", "DE"), 10)),
    });

    public static async ValueTask StockAsync(HighPerfApplication application, int version, Guid id) => await (version switch
    {
        1 => application.Publisher.PublishAsync(FirstStocked(id)),
        2 => application.Publisher.PublishAsync(SecondStocked(id)),
        _ => application.Publisher.PublishAsync(ThirdStocked(id)),
    });

    public static V1.Stocked FirstStocked(Guid id) => new() { Id = id, Count = 4, Shelf = "A7" };

    public static V2.Stocked SecondStocked(Guid id) => new() { Id = id, Product = "tea", Count = 4, Shelf = "A7", Warehouse = new V2.Address("Main Street", "Bonn", "DE") };

    public static V3.Stocked ThirdStocked(Guid id) => new() { Id = id, Product = "tea", Warehouse = new V3.Address("Main Street", "Bonn", "DE"), Weight = 1.5 };

    /// <summary>What the tasks of any version were given for an id.</summary>
    public static List<string> ReceivedFor(Guid id)
        => [.. V1.Received.All.Concat(V2.Received.All).Concat(V3.Received.All).Where(r => r.Id == id).Select(r => r.What)];

    /// <summary>Waits until an id was received, or something is parked; says which.</summary>
    public async Task<string> OutcomeAsync(Guid id)
    {
        await Wait.UntilAsync(async () => ReceivedFor(id).Count > 0 || await ParkedAsync() > 0);
        return ReceivedFor(id) is [var what] ? what : "parked";
    }

    public async Task<long> ParkedAsync() => (await _broker.GetLengthAsync("default.parked", CancellationToken.None)).Ready;

    public async ValueTask DisposeAsync()
    {
        foreach (var application in _applications)
        {
            await application.DisposeAsync();
        }

        await _broker.DisposeAsync();
    }
}
