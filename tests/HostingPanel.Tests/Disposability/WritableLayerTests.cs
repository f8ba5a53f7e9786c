using HostingPanel.Blueprints;
using HostingPanel.Platform;
using HostingPanel.Sites.Disposability;
using HostingPanel.Tests.Blueprints;

namespace HostingPanel.Tests.Disposability;

public sealed class WritableLayerTests
{
    private static readonly Blueprint WordPress = BlueprintFiles.DeliveredBlueprint("wordpress");

    [Fact]
    public void Only_what_differs_itself_is_told_and_not_the_folders_on_the_way()
    {
        var kept = Read("web", new("/srv", Modified), new("/srv/app", Added), new("/srv/app/notes.txt", Added), new("/etc", Modified));
        Assert.Equal(["/etc", "/srv/app/notes.txt"], kept.Select(path => path.Path));
    }

    [Theory]
    [InlineData("/tmp/session")]
    [InlineData("/run/apache2/apache2.pid")]
    [InlineData("/run")]
    [InlineData("/dev/shm/x")]
    [InlineData("/etc/hosts")]
    [InlineData("/var/www/html/wp-content")]
    [InlineData("/var/www/html/wp-content/uploads/a.jpg")]
    public void Noise_and_mounts_are_no_state(string path) => Assert.Empty(Read("web", new LayerChange(path, Added)));

    [Theory]
    [InlineData("/tmpfile")]
    [InlineData("/runner/x")]
    [InlineData("/etc/hosts.allow")]
    [InlineData("/var/www/html/wp-content-old/a.jpg")]
    public void What_only_begins_like_noise_is_state(string path) =>
        Assert.Equal(path, Assert.Single(Read("web", new LayerChange(path, Added))).Path);

    [Fact]
    public void Something_beside_a_volume_belongs_in_that_volume() =>
        Assert.Equal(
            "It belongs in the volume “content” (files), which is near by at /var/www/html/wp-content.",
            Assert.Single(Read("web", new LayerChange("/var/www/html/cache/page.html", Added))).Hint
        );

    [Fact]
    public void Something_where_another_service_has_a_volume_belongs_in_that_one() =>
        Assert.Equal(
            "It belongs in the volume “content”, which web has at /var/www/html/wp-content and db has not.",
            Assert.Single(Read("db", new LayerChange("/var/www/html/wp-content/dump.sql", Added))).Hint
        );

    [Theory]
    [InlineData("web", "/opt/data/file", "/opt/data")]
    // That both are below /var says nothing.
    [InlineData("web", "/var/spool/mail/www-data", "/var/spool/mail")]
    [InlineData("web", "/file", "/file")]
    public void Something_far_from_every_volume_needs_one(string service, string path, string place) =>
        Assert.Equal(
            $"No volume of the blueprint covers it; it needs one at {place}.",
            Assert.Single(Read(service, new LayerChange(path, Added))).Hint
        );

    [Fact]
    public void A_deleted_file_of_the_image_is_state_too()
    {
        var kept = Assert.Single(Read("web", new("/etc", Modified), new("/etc/debian_version", LayerChangeKind.Deleted)));
        Assert.Equal(("/etc/debian_version", LayerChangeKind.Deleted), (kept.Path, kept.Kind));
    }

    private const LayerChangeKind Added = LayerChangeKind.Added;
    private const LayerChangeKind Modified = LayerChangeKind.Modified;

    private static IReadOnlyList<KeptPath> Read(string service, params LayerChange[] changes) =>
        WritableLayer.Read(
            WordPress,
            [
                new ContainerObservation(
                    "c0ffee",
                    service,
                    [service == "web" ? "/var/www/html/wp-content" : "/var/lib/mysql", "/run", "/tmp"],
                    changes
                ),
            ]
        );
}
