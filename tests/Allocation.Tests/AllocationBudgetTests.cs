using System.Text.Json;
using HighPerf.Benchmarks;
using Xunit;

namespace HighPerf.Allocation.Tests;

/// <summary>No operation allocates more than its budget. A budget is raised by changing allocations.json, in a commit that says why.</summary>
public sealed class AllocationBudgetTests
{
    // A signal, a task, a timer once in a round are noise; one object of 24 bytes in 40 operations is not.
    private const double Noise = 0.5;

    private static readonly Dictionary<string, double> s_budget =
        JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "allocations.json")))!;

    public static TheoryData<string> Names => [.. Operations.Budgeted().Select(static operation => operation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Operation_keeps_its_budget(string name)
    {
        var operation = Operations.Budgeted().Single(operation => operation.Name == name);
        var allowed = s_budget[name] + Noise;
        var bytes = await Measurement.BytesPerOperationAsync(operation, allowed);
        Assert.True(bytes <= allowed, $"{name} allocates {bytes:F2} bytes per operation; allocations.json allows {s_budget[name]}.");
    }

    [Fact]
    public void Every_operation_has_a_budget_and_every_budget_an_operation()
    {
        var names = Operations.Budgeted().Select(static operation => operation.Name).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(names.Order(), s_budget.Keys.Order());
    }

    [Theory]
    [InlineData("deserialize-small")]
    [InlineData("deserialize-medium")]
    [InlineData("deserialize-large")]
    public void What_reading_allocates_is_what_the_objects_take(string name) => Assert.Equal(s_budget[$"{name}-floor"], s_budget[name]);
}
