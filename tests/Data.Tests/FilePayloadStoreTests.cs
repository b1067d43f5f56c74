using HighPerf.Data;

namespace HighPerf.Data.Tests;

public sealed class FilePayloadStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-payloads-").FullName;
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    public async Task What_was_put_is_got_until_it_is_removed(int length)
    {
        var store = await StartAsync();
        var id = MessageId.New();
        var payload = new byte[length];
        Random.Shared.NextBytes(payload);
        await store.PutAsync(id, payload, CancellationToken.None);
        await store.PutAsync(id, payload, CancellationToken.None);

        var found = BufferPool.Shared.Rent();
        found.Write("before"u8);
        Assert.True(await store.TryGetAsync(id, found, CancellationToken.None));
        Assert.Equal([.. "before"u8, .. payload], found.Span.ToArray());
        Assert.False(await store.TryGetAsync(MessageId.New(), found, CancellationToken.None));

        await store.RemoveAsync(id, CancellationToken.None);
        await store.RemoveAsync(id, CancellationToken.None);
        Assert.False(await store.TryGetAsync(id, found, CancellationToken.None));
        Assert.Empty(Files());
        found.Return();
    }

    [Fact]
    public async Task A_payload_is_there_for_the_next_process()
    {
        var id = MessageId.New();
        await (await StartAsync()).PutAsync(id, new byte[] { 1, 2, 3 }, CancellationToken.None);
        var found = BufferPool.Shared.Rent();
        Assert.True(await (await StartAsync()).TryGetAsync(id, found, CancellationToken.None));
        Assert.Equal([1, 2, 3], found.Span.ToArray());
        found.Return();
    }

    [Fact]
    public async Task What_nobody_removed_ends_with_its_lifetime_and_so_does_what_a_crash_left()
    {
        var store = await StartAsync();
        var (old, young) = (MessageId.New(), MessageId.New());
        await store.PutAsync(old, new byte[] { 1 }, CancellationToken.None);
        await store.PutAsync(young, new byte[] { 2 }, CancellationToken.None);
        var left = Files().Single(file => file.EndsWith(old.ToString(), StringComparison.Ordinal)) + ".1.tmp";
        File.WriteAllText(left, "half");
        var past = _clock.GetUtcNow().UtcDateTime - TimeSpan.FromDays(8);
        File.SetLastWriteTimeUtc(left, past);
        File.SetLastWriteTimeUtc(left[..^6], past);
        File.SetLastWriteTimeUtc(Files().Single(file => file.EndsWith(young.ToString(), StringComparison.Ordinal)), _clock.GetUtcNow().UtcDateTime);

        await StartAsync();
        Assert.EndsWith(young.ToString(), Assert.Single(Files()), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_cannot_work_say_so()
    {
        Assert.Contains("Path is ''", Assert.Throws<HighPerfException>(static () => new FilePayloadStore(new FilePayloadStoreOptions())).Message, StringComparison.Ordinal);
        Assert.Contains("Lifetime", Assert.Throws<HighPerfException>(() => new FilePayloadStore(new FilePayloadStoreOptions { Path = _directory, Lifetime = TimeSpan.Zero })).Message, StringComparison.Ordinal);
    }

    private string[] Files() => Directory.GetFiles(_directory, "*", SearchOption.AllDirectories);

    private async Task<FilePayloadStore> StartAsync()
    {
        var store = new FilePayloadStore(new FilePayloadStoreOptions { Path = _directory, Flush = false }, _clock);
        await store.StartAsync(CancellationToken.None);
        return store;
    }
}
