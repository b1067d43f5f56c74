namespace HighPerf.Package.Tests;

[CollectionDefinition(Name)]
public sealed class PackageCollection : ICollectionFixture<PackedRuntime>
{
    public const string Name = "package";
}
