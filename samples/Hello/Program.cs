using HighPerf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddHighPerf();
using var host = builder.Build();
await host.StartAsync();

var publisher = host.Services.GetRequiredService<Publisher>();
Console.WriteLine(await publisher.CallAsync(Greet.Call("world")));
await publisher.PublishAsync(new OrderPlaced(Guid.CreateVersion7(), 9.90m));
int total = await publisher.CallAsync(Chord.Of(Enumerable.Range(1, 10).Select(n => Square.Call(n)), Sum.Step()));
Console.WriteLine($"The sum of the squares is {total}.");

await host.StopAsync();

[Task]
public sealed partial class Greet { public static string Run(string name) => $"Hello, {name}!"; }

[Task(Slot = SlotKind.Cpu)]
public sealed partial class Square { public static int Run(int n) => n * n; }

[Task]
public sealed partial class Sum { public static int Run(int[] numbers) => numbers.Sum(); }

[Event]
public sealed partial record OrderPlaced(Guid OrderId, decimal Total);

[Task, Subscribe<OrderPlaced>]
public sealed partial class SendReceipt(IHostEnvironment environment)
{
    public async ValueTask RunAsync(TaskContext context, OrderPlaced placed)
    {
        await Task.Delay(10, context.CancellationToken);
        Console.WriteLine($"A receipt over {placed.Total} from {environment.EnvironmentName}.");
    }
}
