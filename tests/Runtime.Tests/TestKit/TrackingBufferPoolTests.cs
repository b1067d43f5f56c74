using HighPerf.TestKit;
using Xunit;

namespace HighPerf.Tests.TestKit;

public sealed class TrackingBufferPoolTests
{
    [Fact]
    public void ALeakFailsWithTheStackOfItsRent()
    {
        var pool = new TrackingBufferPool();
        var leaked = RentSomewhere(pool);
        var failure = Assert.Throws<Xunit.Sdk.XunitException>(pool.AssertAllReturned);
        Assert.Contains(nameof(RentSomewhere), failure.Message, StringComparison.Ordinal);
        leaked.Return();
        pool.AssertAllReturned();
        Assert.Equal(1, pool.Rented);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static PooledBuffer RentSomewhere(TrackingBufferPool pool)
    {
        // Not the last thing that it does: optimised code would jump to Rent and leave no frame of this.
        var buffer = pool.Rent("leak"u8);
        Assert.Equal(4, buffer.Length);
        return buffer;
    }
}
