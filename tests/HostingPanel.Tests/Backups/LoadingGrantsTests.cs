using HostingPanel.Backups;
using HostingPanel.Blueprints;
using HostingPanel.Tests.Blueprints;

namespace HostingPanel.Tests.Backups;

/// <summary>Which rights a restore point is loaded with: the site's own, or for a while all on its databases.</summary>
public sealed class LoadingGrantsTests
{
    private static readonly BlueprintCatalogue Catalogue = BlueprintCatalogue.Load(BlueprintFiles.Delivered);

    [Theory]
    [InlineData("wordpress", 0, 0, InitSqlGrants.Exact)]
    [InlineData("wordpress", 1, 0, InitSqlGrants.Loading)]
    [InlineData("wordpress", 0, 1, InitSqlGrants.Loading)]
    // Its tables may refer to those of its other database.
    [InlineData("php", 0, 0, InitSqlGrants.Loading)]
    public void Tables_alone_are_loaded_with_the_sites_own_rights(string blueprint, int views, int events, InitSqlGrants grants)
    {
        var manifest = SampleManifest.Of(SampleManifest.Rows(("posts", 3)));
        manifest = manifest with { Databases = [manifest.Databases[0] with { Views = views, Triggers = 0, Events = events }] };
        Assert.Equal(grants, LoadingGrants.Of(Catalogue.Get(blueprint)!, manifest));
    }
}
