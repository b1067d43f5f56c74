namespace HighPerf.Package.Tests;

/// <summary>The package, packed once for all tests, in a feed of its own.</summary>
public sealed class PackedRuntime : IAsyncLifetime
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("highperf-package-").FullName;

    public string Feed => Path.Combine(Directory, "feed");

    /// <summary>Where projects put packages: not among those of the user.</summary>
    public string Packages => Path.Combine(Directory, "packages");

    public string File { get; private set; } = string.Empty;

    public string Version => Path.GetFileNameWithoutExtension(File)["HighPerf.Runtime.".Length..];

    public async Task InitializeAsync()
    {
        await Dotnet.RunAsync(Dotnet.Root, "pack", "src/Runtime", "-c", "Release", "-o", Feed, "--artifacts-path", Path.Combine(Directory, "artifacts"), "--nologo", "-v", "quiet");
        File = Assert.Single(System.IO.Directory.GetFiles(Feed, "*.nupkg"));
    }

    /// <summary>A project that uses the package.</summary>
    public string ProjectText(string properties = "<TargetFramework>net10.0</TargetFramework>", string items = "") => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            {properties}
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <NuGetAudit>false</NuGetAudit>
            <RestoreAdditionalProjectSources>{Feed}</RestoreAdditionalProjectSources>
            <RestorePackagesPath>{Packages}</RestorePackagesPath>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="HighPerf.Runtime" Version="{Version}" />
            {items}
          </ItemGroup>
        </Project>
        """;

    public Task DisposeAsync()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
        return Task.CompletedTask;
    }
}
