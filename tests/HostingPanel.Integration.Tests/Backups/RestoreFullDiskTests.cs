using System.Net;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.InPlace;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>Fault F6 with whole restores of a real WordPress: the disk that the new volumes lie on fills half way.</summary>
[Collection(RestorePointTests.Name)]
public sealed class RestoreFullDiskTests(TestInstallation installation) : IAsyncLifetime
{
    /// <summary>More than the room that is left, in the database and beside it.</summary>
    private const string Enrich = """
        $wpdb->query('CREATE TABLE albums (id INT PRIMARY KEY AUTO_INCREMENT, t LONGTEXT)');
        foreach (range(1, 24) as $n) $wpdb->insert('albums', ['t' => str_repeat(bin2hex(random_bytes(500)), 1000)]);
        echo $wpdb->get_var('SELECT COUNT(*) FROM albums');
        """;

    private const string Files = "cd /v/content; find . -type f ! -name .hp-volume -print0 | sort -z | xargs -0 sha256sum";
    private readonly SmallDisk _disk = new(installation, "roomy");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        installation.Require();
        await _disk.StartAsync(Token);
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync(replace: services =>
        {
            var engine = services.Last(service => service.ServiceType == typeof(ISwarm)).ImplementationFactory!;
            services.AddSingleton<ISwarm>(provider => _disk.Behind((ISwarm)engine(provider)));
        });
    }

    public async ValueTask DisposeAsync()
    {
        await installation.StopWorkerAsync();
        await _disk.DisposeAsync();
        await installation.StartWorkerAsync();
    }

    [Fact(Timeout = 600_000)]
    public async Task A_disk_that_fills_while_it_is_restored_onto_stops_the_restore_alone_and_with_room_it_works()
    {
        var site = await BackupSite.CreateAsync(installation, "roomy");
        Assert.Equal("24", await site.RunPhpAsync(Enrich));
        await site.RunBesideAsync("mkdir -p /v/content/uploads; head -c 24M /dev/urandom >/v/content/uploads/film");
        var taken = await site.RunBesideAsync(Files);
        var (operation, point) = await site.TakeAsync();
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        await site.RunPhpAsync("update_option('blogname', 'Lives on'); $wpdb->query('DELETE FROM albums WHERE id > 20');");
        await site.RunBesideAsync("echo more >/v/content/uploads/later");
        var live = await LookAsync(site);
        var (before, running) = (await site.KeptAsync(), await site.RunningAsync());

        // As a new site: there is room for its programs' files, and not for the film.
        _disk.Holds = name => name.EndsWith("-content", StringComparison.Ordinal);
        await _disk.LeaveAsync(16);
        await FailsAsync(await AsNewAsync(site, point.Id), "/volumes/content");
        Assert.Equal("site-not-found", (await installation.Sites.GetAsync(Actor.Panel, "roomy-too", Token)).Problem?.Code);

        // In place: the database server starts, and can't take in what it is given.
        _disk.Holds = name => name.Contains("-data", StringComparison.Ordinal);
        await _disk.LeaveAsync(50);
        await FailsAsync(await InPlaceAsync(site, point.Id), "while db loaded");
        // Nor does it start where there is no room even for its own files.
        await _disk.LeaveAsync(10);
        await FailsAsync(await InPlaceAsync(site, point.Id), "its first files");
        // Nor are the dumps fetched.
        _disk.Holds = name => name.Contains("scratch", StringComparison.Ordinal);
        await FailsAsync(await InPlaceAsync(site, point.Id), "/scratch/databases");
        Assert.Equal(before, await site.KeptAsync());
        Assert.Equal(running, await site.RunningAsync());
        Assert.Equal(live, await LookAsync(site));

        await _disk.LeaveAsync(300);
        _disk.Holds = _ => true;
        Succeeds(await InPlaceAsync(site, point.Id));
        Assert.Equal(taken, await site.RunBesideAsync(Files));
        Assert.Equal("24", await site.RunPhpAsync("echo $wpdb->get_var('SELECT COUNT(*) FROM albums');"));
        Succeeds(await AsNewAsync(site, point.Id));
        var copy = await BackupSite.FindAsync(installation, "roomy-too");
        Assert.Equal(taken, await copy.RunBesideAsync(Files));
        await copy.PurgeAsync();
        await site.PurgeAsync();

        async Task FailsAsync(OperationView failed, string where)
        {
            Assert.Equal((OperationState.Failed, "no-disk-space"), (failed.State, failed.ErrorCode));
            Assert.Contains(where, failed.ErrorMessage, StringComparison.Ordinal);
            Assert.NotEmpty(_disk.Made);
            var left = (await installation.Docker.Volumes.ListAsync(installation.Mine, Token)).Select(volume => volume.Name);
            Assert.Empty(left.Intersect(_disk.Made, StringComparer.Ordinal));
            _disk.Made.Clear();
            var services = await installation.Docker.Services.ListAsync(installation.Mine, status: false, Token);
            Assert.DoesNotContain(
                services,
                service =>
                    service.Spec.Name.Contains("roomy-too", StringComparison.Ordinal)
                    || service.Spec.Name.Contains("beside", StringComparison.Ordinal)
            );
        }
    }

    private static void Succeeds(OperationView done) =>
        Assert.True(done.State == OperationState.Succeeded, $"{done.ErrorCode}: {done.ErrorMessage}");

    private async Task<OperationView> AsNewAsync(BackupSite site, Guid point)
    {
        var asked = await installation
            .Get<RestoreService>()
            .RestoreAsNewAsync(Actor.Panel, site.Slug, point, new RestoreAsNewSite("roomy-too"), idempotencyKey: null, Token);
        Assert.Null(asked.Problem);
        return await installation.FinishAsync(asked.Value.Operation.Id, Token);
    }

    /// <summary>Without a safety restore point, of which nothing is to be learned here.</summary>
    private async Task<OperationView> InPlaceAsync(BackupSite site, Guid point)
    {
        var asked = await installation
            .Get<InPlaceService>()
            .RestoreAsync(Actor.Panel, site.Slug, point, new RestoreSiteInPlace(WithoutSafetyPoint: true), idempotencyKey: null, Token);
        Assert.Null(asked.Problem);
        return await installation.FinishAsync(asked.Value.Id, Token);
    }

    /// <summary>What the site's visitors have.</summary>
    private async Task<string> LookAsync(BackupSite site)
    {
        var (status, page) = await installation.VisitAsync("roomy.localhost", "/", Token);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Lives on", page, StringComparison.Ordinal);
        await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token);
        var volumes = await context
            .Volumes.Where(volume => volume.SiteId == site.Id)
            .OrderBy(volume => volume.EngineName)
            .ToListAsync(Token);
        return $"{await site.RunPhpAsync("echo $wpdb->get_var('SELECT COUNT(*) FROM albums');")} {await site.RunBesideAsync(Files)} "
            + string.Join(' ', volumes.Select(volume => $"{volume.EngineName} {volume.State}"));
    }
}
