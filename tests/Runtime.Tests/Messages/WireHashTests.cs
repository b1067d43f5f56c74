using HighPerf.Messages;
using Xunit;

namespace HighPerf.Tests.Messages;

public sealed class WireHashTests
{
    // From the reference implementation's test vectors: http://www.isthe.com/chongo/src/fnv/test_fnv.c
    [Theory]
    [InlineData("", 0xcbf29ce484222325)]
    [InlineData("a", 0xaf63dc4c8601ec8c)]
    [InlineData("b", 0xaf63df4c8601f1a5)]
    [InlineData("foobar", 0x85944171f73967e8)]
    [InlineData("chongo was here!\n", 0x46810940eff5f915)]
    public void IsFnv1A(string name, ulong hash)
    {
        Assert.Equal(hash, WireHash.Of(name));
        Assert.Equal(hash, WireHash.Of(System.Text.Encoding.UTF8.GetBytes(name)));
    }

    [Fact]
    public void HashesUtf8() => Assert.Equal(WireHash.Of([0xC3, 0xA4]), WireHash.Of("ä"));

    [Fact]
    public void DescriptorHasItsNamesHash()
    {
        var descriptor = new MessageDescriptor(MessageKind.Event, "foobar", 7);
        Assert.Equal(0x85944171f73967e8, descriptor.Hash);
        Assert.Equal("foobar"u8.ToArray(), descriptor.Utf8Name);
    }
}
