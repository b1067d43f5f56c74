namespace HighPerf.Generators.Tests;

public sealed class SnapshotTests
{
    [Fact]
    public void Task() => Snapshot.Match(nameof(Task), Harness.Generate(Samples.Task));

    [Fact]
    public void StatelessTask() => Snapshot.Match(nameof(StatelessTask), Harness.Generate(Samples.StatelessTask));

    [Fact]
    public void Disposable() => Snapshot.Match(nameof(Disposable), Harness.Generate(Samples.Disposable));

    [Fact]
    public void Event() => Snapshot.Match(nameof(Event), Harness.Generate(Samples.Event));

    [Fact]
    public void Document() => Snapshot.Match(nameof(Document), Harness.Generate(Samples.Document));

    [Fact]
    public void Contracts() => Snapshot.Match(nameof(Contracts), Harness.Generate(Samples.Contracts));

    [Fact]
    public void Awkward() => Snapshot.Match(nameof(Awkward), Harness.Generate(Samples.Awkward));
}
