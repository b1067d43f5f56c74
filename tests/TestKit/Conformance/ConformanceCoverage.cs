using System.Reflection;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Checks that a transport's test assembly derives every suite, or waives it by name.</summary>
public static class ConformanceCoverage
{
    /// <summary>The suites that exist.</summary>
    public static IReadOnlyList<Type> Suites { get; } =
        [.. typeof(TransportConformance<>).Assembly.GetExportedTypes().Where(IsSuite).OrderBy(type => type.Name, StringComparer.Ordinal)];

    /// <summary>A suite's name without its arity: what waivers say.</summary>
    public static string NameOf(Type suite) => suite.Name[..suite.Name.IndexOf('`', StringComparison.Ordinal)];

    /// <summary>Fails when a suite is neither derived in the assembly with this fixture nor waived; and when a waiver is not needed or names nothing.</summary>
    public static void AssertComplete<TFixture>(Assembly tests)
        where TFixture : TransportFixture, new()
    {
        var waived = new TFixture().Waived;
        var derived = tests.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false, IsPublic: true }).ToArray();
        var problems = new List<string>();
        foreach (var suite in Suites)
        {
            var name = NameOf(suite);
            var isDerived = Array.Exists(derived, type => Derives(type, suite.MakeGenericType(typeof(TFixture))));
            if (isDerived == waived.ContainsKey(name))
            {
                problems.Add(isDerived ? $"{name} is derived and waived" : $"{name} is neither derived (public sealed class X : {name}<{typeof(TFixture).Name}>) nor waived");
            }
        }

        problems.AddRange(waived.Keys.Where(name => !Suites.Any(suite => NameOf(suite) == name)).Select(name => $"{name} is waived and does not exist"));
        Assert.True(problems.Count == 0, string.Join("; ", problems));
    }

    private static bool IsSuite(Type type)
        => type is { IsAbstract: true, IsGenericTypeDefinition: true } && type != typeof(TransportConformance<>)
            && type.BaseType is { IsGenericType: true } parent && parent.GetGenericTypeDefinition() == typeof(TransportConformance<>);

    private static bool Derives(Type type, Type suite)
    {
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (parent == suite)
            {
                return true;
            }
        }

        return false;
    }
}
