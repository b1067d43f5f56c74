using System.Diagnostics;
using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace HighPerf.Benchmarks.Quick;

/// <summary>Runs every benchmark once in this process: a proof for CI that they run, not a measurement.</summary>
internal static class Smoke
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static int Run()
    {
        var (ran, failed) = (0, 0);
        foreach (var type in typeof(Smoke).Assembly.GetTypes().Where(static type => !type.IsAbstract && With<BenchmarkAttribute>(type).Any()))
        {
            var suite = Activator.CreateInstance(type)!;
            Invoke<GlobalSetupAttribute>(suite);
            foreach (var (method, parameters) in Cases(type, suite))
            {
                var started = Stopwatch.GetTimestamp();
                try
                {
                    Invoke(suite, method);
                    ran++;
                    Console.WriteLine($"ok   {type.Name}.{method.Name}{parameters} {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
                }
                catch (Exception exception)
                {
                    failed++;
                    Console.WriteLine($"FAIL {type.Name}.{method.Name}{parameters} {exception}");
                }
            }

            Invoke<GlobalCleanupAttribute>(suite);
        }

        Console.WriteLine($"{ran} benchmarks ran, {failed} failed");
        return failed == 0 && ran > 0 ? 0 : 1;
    }

    /// <summary>Every benchmark with every value of the suite's parameter, which is set when the case is reached.</summary>
    private static IEnumerable<(MethodInfo Method, string Parameters)> Cases(Type type, object suite)
    {
        var parameter = type.GetProperties().SingleOrDefault(static property => property.GetCustomAttribute<ParamsAttribute>() is not null);
        foreach (var value in parameter?.GetCustomAttribute<ParamsAttribute>()!.Values ?? [null!])
        {
            parameter?.SetValue(suite, value);
            foreach (var method in With<BenchmarkAttribute>(type))
            {
                yield return (method, value is null ? string.Empty : $"({value})");
            }
        }
    }

    private static IEnumerable<MethodInfo> With<TAttribute>(Type type)
        where TAttribute : Attribute
        => type.GetMethods().Where(static method => method.GetCustomAttribute<TAttribute>() is not null);

    private static void Invoke<TAttribute>(object suite)
        where TAttribute : Attribute
    {
        foreach (var method in With<TAttribute>(suite.GetType()))
        {
            Invoke(suite, method);
        }
    }

    private static void Invoke(object suite, MethodInfo method)
    {
        if (method.Invoke(suite, null) is ValueTask run && !run.AsTask().Wait(s_patience))
        {
            throw new TimeoutException($"{method.Name} did not end within {s_patience}.");
        }
    }
}
