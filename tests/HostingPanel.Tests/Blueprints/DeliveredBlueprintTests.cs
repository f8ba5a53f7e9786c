using HostingPanel.Blueprints;

namespace HostingPanel.Tests.Blueprints;

public sealed class DeliveredBlueprintTests
{
    private static readonly BlueprintCatalogue Catalogue = BlueprintCatalogue.Load(BlueprintFiles.Delivered);

    private static readonly string Images = Path.Combine(BlueprintFiles.Repository, "docker", "images");

    [Fact]
    public void There_are_WordPress_and_PHP() => Assert.Equal(["php", "wordpress"], Catalogue.All.Select(b => b.Name));

    [Fact]
    public void WordPress_keeps_its_code_in_the_image_and_its_content_in_a_volume()
    {
        var wordpress = Catalogue.Get("wordpress")!;

        Assert.Equal(new BlueprintCode(CodePlace.Image, null, CodeSource.Image), wordpress.Code);
        Assert.Equal([new BlueprintMount("content", "/var/www/html/wp-content", ReadOnly: false)], wordpress.Service("web").Mounts);
        Assert.Equal(VolumeKind.Files, wordpress.Volume("content").Kind);
    }

    [Fact]
    public void WordPress_gets_a_one_time_link_for_its_administrator()
    {
        var wordpress = Catalogue.Get("wordpress")!;

        Assert.Equal(
            "http://a.localhost/wp-login.php?action=rp&key=k%2B1&login=admin",
            wordpress.Administrator!.LinkFor("http://a.localhost", "k+1")
        );
        Assert.Contains(SecretNames.AdminLinkKey, wordpress.Hooks.Install!.Command.Secrets, StringComparer.Ordinal);
    }

    [Fact]
    public void WordPress_can_be_logged_in_to_and_takes_no_secret_for_it()
    {
        var wordpress = Catalogue.Get("wordpress")!;

        Assert.Equal(
            "http://a.localhost/wp-login.php?action=hp-login&hp-key=0a",
            wordpress.Administrator!.LoginLinkFor("http://a.localhost", "0a")
        );
        Assert.Empty(wordpress.Hooks.LoginLink!.Command.Secrets);
    }

    [Fact]
    public void The_secrets_of_a_site_are_the_built_in_ones_it_uses_and_its_own()
    {
        var secrets = Catalogue.Get("wordpress")!.AllSecrets();

        Assert.Equal(["admin-link-key", "db-backup-password", "db-main-password", "gateway-key", "salt"], secrets.Select(s => s.Name));
        Assert.Equal(SecretEncoding.Alphanumeric, secrets.Single(s => s.Name == "db-main-password").Encoding);
    }

    [Fact]
    public void A_PHP_application_has_its_code_in_a_volume_and_two_databases()
    {
        var php = Catalogue.Get("php")!;

        Assert.Equal(new BlueprintCode(CodePlace.Volume, "code", CodeSource.Upload), php.Code);
        Assert.Equal(["main", "second"], php.DatabasesOf("db").Select(d => d.Name));
        Assert.Equal(VolumeKind.Private, php.Volume("private").Kind);
        Assert.Null(php.Administrator);
    }

    [Fact]
    public void No_delivered_service_runs_as_root_or_writes_to_its_root_file_system() =>
        Assert.All(
            Catalogue.All.SelectMany(b => b.Services),
            s => Assert.True(s.User.Uid != 0 && s.ReadOnlyRoot && s.Capabilities.Count == 0, s.Name)
        );

    [Fact]
    public void Every_image_is_there() =>
        Assert.All(
            Catalogue.All.SelectMany(b => b.Services),
            s => Assert.True(File.Exists(Path.Combine(Images, s.Image, "Dockerfile")), $"There is no image {s.Image}.")
        );

    [Fact]
    public void Every_hook_runs_a_script_that_an_image_brings_along()
    {
        var scripts = Directory
            .EnumerateFiles(Images, "*", SearchOption.AllDirectories)
            .Where(f => f.Contains("/files/hp/hooks/", StringComparison.Ordinal))
            .Select(f => f[f.IndexOf("/hp/hooks/", StringComparison.Ordinal)..])
            .ToHashSet(StringComparer.Ordinal);

        Assert.All(
            Catalogue.All.SelectMany(b => b.Hooks.All.Select(h => h.Command).Concat(b.Cron.Select(c => c.Command))),
            c => Assert.Contains(c.Arguments[1], scripts)
        );
    }

    [Fact]
    public void Defaults_are_what_the_readme_says()
    {
        var db = Catalogue.Get("wordpress")!.Service("db");

        Assert.Equal([new BlueprintTmpfs("/run", 16 << 20), new BlueprintTmpfs("/tmp", 256 << 20)], db.Tmpfs);
        Assert.Equal(new BlueprintLimits(512 << 20, 2, 200), db.Limits);
        Assert.Equal(2_000_000_000, db.Limits.NanoCpus);
        Assert.Null(db.Health);
    }
}
