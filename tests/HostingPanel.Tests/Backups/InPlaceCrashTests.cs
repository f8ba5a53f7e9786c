using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.InPlace;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tests.Backups;

/// <summary>
/// Faults F1 and F3: wherever the worker is killed while a site is restored in place, or while that is undone, the site has the old set or the
/// new one, whole. The rows and the contents of its volumes and secrets tell which.
/// </summary>
public sealed class InPlaceCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    internal static readonly Chapter[] Restoring =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.TakeBackup, null) { Ask = TakeAsync },
        new(OperationKinds.RestoreInPlace, null, Failing: "job hp-dump") { Ask = SafelyAsync },
        new(OperationKinds.RestoreInPlace, null, Failing: "job hp-restic") { Ask = BoldlyAsync },
        new(OperationKinds.RestoreInPlace, null, Failing: "job hp-load") { Ask = BoldlyAsync },
        new(OperationKinds.RestoreInPlace, null, Failing: "waiting for a stop") { Ask = BoldlyAsync },
        // After the exchange: everything comes back.
        new(OperationKinds.RestoreInPlace, null, Failing: "probe") { Ask = SafelyAsync },
        new(OperationKinds.RestoreInPlace, null) { Ask = SafelyAsync },
        new(OperationKinds.UndoRestore, null, Failing: "check volumes") { Ask = UndoAsync },
        new(OperationKinds.UndoRestore, null, Failing: "probe") { Ask = UndoAsync },
        new(OperationKinds.UndoRestore, null) { Ask = UndoAsync },
    ];

    private static readonly Chapter[] Stopped =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.TakeBackup, null) { Ask = TakeAsync },
        new(OperationKinds.StopSite, SiteAction.Stop),
        new(OperationKinds.RestoreInPlace, null) { Ask = BoldlyAsync },
        new(OperationKinds.UndoRestore, null) { Ask = UndoAsync },
        new(OperationKinds.RestoreInPlace, null) { Ask = BoldlyAsync },
        new(OperationKinds.TrashSite, SiteAction.Trash),
        new(OperationKinds.PurgeSite, SiteAction.Purge),
    ];

    [Fact(Timeout = 900_000)]
    public Task A_site_that_is_restored_in_place_has_the_old_set_or_the_new_one() => KillEverywhereAsync("wordpress", Restoring, every: 4);

    [Fact(Timeout = 900_000)]
    public Task A_stopped_site_is_restored_and_stays_stopped() => KillEverywhereAsync("wordpress", Stopped, every: 5);

    [Fact(Timeout = 300_000)]
    public async Task The_restored_set_comes_and_the_set_before_comes_back_with_its_own_secrets()
    {
        await using var founded = await FoundedPanel.StartAsync(Postgres);
        var token = TestContext.Current.CancellationToken;
        var engine = new MemoryEngine();
        await using var life = founded.Live(engine);
        foreach (var chapter in Restoring.Take(2))
        {
            await life.LiveAsync(chapter, killAt: null, token);
        }

        var taken = await ContentAsync(life, token);
        await WreckAsync(life.Panel, life.Site, token);
        var wrecked = await ContentAsync(life, token);
        // The first one leaves a failed safety restore point, and nothing else; the others have to leave what it left.
        var untouched = Left(await life.LiveAsync(Restoring[2], killAt: null, token));
        Assert.DoesNotContain("OPERATION", untouched, StringComparison.Ordinal);
        foreach (var failing in Restoring.Skip(3).Take(4))
        {
            var left = Left(await life.LiveAsync(failing, killAt: null, token));
            Assert.Equal((failing.Failing, untouched), (failing.Failing, left));
            Assert.Equal(wrecked, await ContentAsync(life, token));
        }

        await life.LiveAsync(Restoring[7], killAt: null, token);
        var restored = await ContentAsync(life, token);
        await life.LiveAsync(Restoring[10], killAt: null, token);
        var undone = await ContentAsync(life, token);

        // Taken before it was wrecked; the database of the simulation has nothing in it until it is loaded.
        Assert.Equal((taken.Salt, "loaded"), (restored.Salt, restored.Database));
        Assert.NotEqual(wrecked, restored);
        Assert.Equal(wrecked, undone);
        Assert.NotEqual(taken, undone);
    }

    private static string Left(Ending ending) =>
        string.Join('\n', ending.Engine.Where(line => !line.StartsWith("restore point", StringComparison.Ordinal)));

    private static async Task<Content> ContentAsync(SiteLife life, CancellationToken cancellationToken)
    {
        await using var context = await life.Panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        var site = await context
            .Sites.AsNoTracking()
            .Include(site => site.Volumes)
            .Include(site => site.Secrets)
            .SingleAsync(site => site.Slug == life.Site.Slug, cancellationToken);
        return new Content(Of("content"), Of("data"), Convert.ToHexString(site.Secrets.Single(secret => secret.Name == "salt").Value));

        string Of(string name) =>
            System.Text.Encoding.ASCII.GetString(
                life.Site.Engine.Volumes[site.Volumes.Single(volume => volume.Name == name).EngineName].Fillings
            );
    }

    private static async Task<Guid> TakeAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var asked = await panel.Get<BackupService>().TakeAsync(Actor.Panel, site.Slug, gently: false, null, cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }

    /// <summary>Other files, another database, another salt than in the restore point.</summary>
    private static async Task WreckAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        await using var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        var row = await context
            .Sites.Include(row => row.Volumes)
            .Include(row => row.Secrets)
            .SingleAsync(row => row.Slug == site.Slug, cancellationToken);
        foreach (var volume in row.Volumes.Where(volume => volume.Name is "content" or "data"))
        {
            site.Engine.Volumes[volume.EngineName] = site.Engine.Volumes[volume.EngineName] with { Fillings = "wrecked!"u8.ToArray() };
        }

        var salt = row.Secrets.Single(secret => secret.Name == "salt");
        if (salt.Version == 1)
        {
            (salt.Version, salt.Value) = (2, "another"u8.ToArray());
            var name = site.Engine.Secrets.Keys.Single(name => name.EndsWith($"-{site.ShortId}-salt-v1", StringComparison.Ordinal));
            var next = name[..^1] + "2";
            site.Engine.Secrets[next] = site.Engine.Secrets[name] with { Name = next, Value = salt.Value };
            await context.SaveChangesAsync(cancellationToken);
        }
    }

    private static Task<Guid> SafelyAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken) =>
        RestoreAsync(panel, site, isBold: false, cancellationToken);

    private static Task<Guid> BoldlyAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken) =>
        RestoreAsync(panel, site, isBold: true, cancellationToken);

    private static async Task<Guid> RestoreAsync(SimulatedWorker panel, SiteInLife site, bool isBold, CancellationToken cancellationToken)
    {
        if (!await IsRestoredAsync(panel, site, cancellationToken))
        {
            await WreckAsync(panel, site, cancellationToken);
        }

        var asked = await panel
            .Get<InPlaceService>()
            .RestoreAsync(
                Actor.Panel,
                site.Slug,
                await FirstAsync(panel, site, cancellationToken),
                new RestoreSiteInPlace(WithoutSafetyPoint: isBold),
                null,
                cancellationToken
            );
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }

    private static async Task<Guid> UndoAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var asked = await panel
            .Get<InPlaceService>()
            .UndoAsync(Actor.Panel, site.Slug, await FirstAsync(panel, site, cancellationToken), null, cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Id;
    }

    private static async Task<bool> IsRestoredAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken) =>
        (await panel.Get<InPlaceService>().ListAsync(Actor.Panel, site.Slug, new PageRequest(), cancellationToken)).Value.Items.Count > 0;

    /// <summary>The restore point of the site before it was wrecked; later ones are safety restore points.</summary>
    private static async Task<Guid> FirstAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken) =>
        (await panel.Get<BackupService>().ListAsync(Actor.Panel, site.Slug, new PageRequest(), cancellationToken)).Value.Items[^1].Id;

    private sealed record Content(string Files, string Database, string Salt);
}
