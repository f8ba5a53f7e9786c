using HostingPanel.Blueprints;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HostingPanel.Tests.Blueprints;

public sealed class BlueprintCatalogueTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hp-blueprints-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_catalogue_is_every_yaml_file_of_a_folder()
    {
        Write("everything.yaml", BlueprintFiles.Sample("everything"));
        Write("drupal.yaml", BlueprintFiles.Sample("drupal"));
        Write("README.md", "no blueprint");

        var catalogue = BlueprintCatalogue.Load(_folder.FullName);

        Assert.Equal(["drupal", "everything"], catalogue.All.Select(b => b.Name));
        Assert.Equal("Drupal", catalogue.Get("drupal")!.Title);
        Assert.Null(catalogue.Get("Drupal"));
    }

    [Fact]
    public void The_mistakes_of_all_files_are_told_together()
    {
        Write("everything.yaml", BlueprintFiles.Sample("everything").Replace("port: 8080", "port: x", StringComparison.Ordinal));
        Write("drupal.yaml", "title: [\n");

        var exception = Assert.Throws<InvalidBlueprintException>(() => BlueprintCatalogue.Load(_folder.FullName));

        Assert.Equal(2, exception.Errors.Count);
        Assert.Contains("drupal.yaml:2:", exception.Message, StringComparison.Ordinal);
        Assert.Contains("everything.yaml:12:9:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_with_a_mistake_in_a_blueprint_does_not_start()
    {
        Write("drupal.yaml", "title: [\n");
        await using var provider = Services(_folder.FullName);

        var service = provider.GetServices<IHostedService>().Last();

        await Assert.ThrowsAsync<InvalidBlueprintException>(() => service.StartAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_program_finds_the_delivered_blueprints_beside_itself()
    {
        await using var provider = Services("blueprints");

        Assert.NotNull(provider.GetRequiredService<BlueprintCatalogue>().Get("wordpress"));
    }

    private static ServiceProvider Services(string directory) =>
        new ServiceCollection()
            .AddSingleton<IConfiguration>(
                new ConfigurationBuilder()
                    .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Blueprints:Directory"] = directory })
                    .Build()
            )
            .AddBlueprints()
            .BuildServiceProvider();

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}
