using HighPerf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The process tests' program: what it does is its argument.
switch (args[0])
{
    case "slim-bad":
        await using (var app = HighPerfApplication.Create(Bad))
        {
            await app.RunAsync();
        }

        break;
    case "host-bad":
        await Hosted(Bad).RunAsync();
        break;
    case "host-bad-early":
        _ = Hosted(Bad).Services.GetRequiredService<Publisher>();
        break;
    case "slim-run":
        await using (var app = HighPerfApplication.Create())
        {
            await app.StartAsync();
            await app.Publisher.SendAsync(Linger.Call(args[1]).IgnoreResult());
            await app.RunAsync();
            Console.WriteLine("ended");
        }

        break;
    case "host-run":
        using (var host = Hosted(static _ => { }))
        {
            await host.StartAsync();
            await host.Services.GetRequiredService<Publisher>().SendAsync(Linger.Call(args[1]).IgnoreResult());
            await host.WaitForShutdownAsync();
            Console.WriteLine("ended");
        }

        break;
    default:
        return 1;
}

return Environment.ExitCode;

static void Bad(HighPerfBuilder hp)
{
    hp.AddInMemory("main");
    hp.AddWorker(static w => w.Concurrency = 0);
    hp.Route("Orders.*").To("rabbit");
}

static IHost Hosted(Action<HighPerfBuilder> configure)
{
    var builder = Host.CreateApplicationBuilder();
    builder.Services.AddHighPerf(configure);
    return builder.Build();
}

/// <summary>Runs until a line comes from standard input.</summary>
[Task]
public sealed partial class Linger
{
    /// <summary>Runs.</summary>
    public static async ValueTask RunAsync(string name)
    {
        Console.WriteLine($"running {name}");
        await Task.Run(Console.ReadLine);
        Console.WriteLine("done");
    }
}
