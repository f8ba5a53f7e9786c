using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Policies;
using HostingPanel.Backups.Upkeep;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Tests.Simulation;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tests.Backups;

/// <summary>Fault F1 for what is removed and checked: what a target has confirmed is gone, the rest is there, and nothing goes twice.</summary>
public sealed class UpkeepCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    internal static readonly Chapter[] Life =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.TakeBackup, null) { Ask = TakeAsync },
        new(OperationKinds.TakeBackup, null) { Ask = TakeAsync },
        new(OperationKinds.TakeBackup, null) { Ask = TakeAsync },
        // The only target is not to be reached: it stays as it is, and goes the next time.
        new(OperationKinds.ApplyRetention, null, Failing: "job hp-restic") { Ask = RetainAsync },
        new(OperationKinds.ApplyRetention, null) { Ask = RetainAsync },
        new(OperationKinds.TakeBackup, null) { Ask = TakeAsync },
        new(OperationKinds.DeleteRestorePoint, null) { Ask = DeleteAsync },
        new(OperationKinds.CheckRepositories, null, Failing: "job hp-restic") { Ask = CheckAsync },
        new(OperationKinds.CheckRepositories, null) { Ask = CheckAsync },
        // A damaged repository is set aside, another one takes its place, and it goes when somebody says so.
        new(OperationKinds.TakeBackup, null) { Ask = TakeAfterDamageAsync },
        new(OperationKinds.RemoveRepository, null, Failing: "job hp-restic") { Ask = RemoveAsync },
        new(OperationKinds.RemoveRepository, null) { Ask = RemoveAsync },
    ];

    [Fact(Timeout = 900_000)]
    public Task What_is_removed_and_checked_ends_as_if_nobody_had_been_killed() => KillEverywhereAsync("wordpress", Life, every: 2);

    private static async Task<Guid> TakeAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken) =>
        (await panel.Get<BackupService>().TakeAsync(Actor.Panel, site.Slug, gently: false, null, cancellationToken)).Value.Id;

    /// <summary>As the scheduler does.</summary>
    private static async Task<Guid> RetainAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var kept = new RetentionRules(1, 0, 0, 0, 0);
        var command = new PolicyCommand(null, null, "0 3 * * *", null, null, null, null, kept);
        Assert.Null((await panel.Get<PolicyService>().SetAsync(Actor.Panel, site.Slug, command, cancellationToken)).Problem);
        await using var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        var id = await context.Sites.Where(row => row.Slug == site.Slug).Select(row => row.Id).SingleAsync(cancellationToken);
        // Each simulated worker has a clock of its own; these are in the order in which they were taken.
        var points = await context
            .RestorePoints.Where(point => point.SiteId == id)
            .OrderByDescending(point => point.Id)
            .ToListAsync(cancellationToken);
        foreach (var (age, point) in points.Index())
        {
            point.TakenAt = TimeProvider.System.GetUtcNow().ToStored().AddHours(-1 - age);
        }

        var repositories = await RetentionLook.Managed(context, id).Select(row => row.Id).ToListAsync(cancellationToken);
        var operation = panel
            .Get<OperationQueue>()
            .Add(
                context,
                Actor.Panel,
                new OperationRequest(OperationKinds.ApplyRetention, id, site.Slug, Arguments: new RemovalArguments(repositories))
            );
        await context.SaveChangesAsync(cancellationToken);
        return operation.Id;
    }

    private static async Task<Guid> DeleteAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var points = (await panel.Get<BackupService>().ListAsync(Actor.Panel, site.Slug, new PageRequest(), cancellationToken)).Value.Items;
        var upkeep = panel.Get<UpkeepService>();
        Assert.Equal([RestorePointState.Good, RestorePointState.Good], points.Select(point => point.State));
        var unsure = await upkeep.DeleteAsync(Actor.Panel, site.Slug, points[^1].Id, null, null, cancellationToken);
        Assert.Equal("confirm", unsure.Problem?.Errors[0].Path);
        return (await upkeep.DeleteAsync(Actor.Panel, site.Slug, points[^1].Id, site.Slug, null, cancellationToken)).Value.Id;
    }

    /// <summary>As a check does that finds what is there damaged; then as the schedule does.</summary>
    private static async Task<Guid> TakeAfterDamageAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        await using (var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken))
        {
            var siteId = await context.Sites.Where(row => row.Slug == site.Slug).Select(row => row.Id).SingleAsync(cancellationToken);
            var repository = await context.BackupRepositories.SingleAsync(row => row.SiteId == siteId, cancellationToken);
            var target = await context.BackupTargets.SingleAsync(row => row.Id == repository.TargetId, cancellationToken);
            var operation = await context.Operations.OrderBy(row => row.Id).LastAsync(row => row.SiteId == siteId, cancellationToken);
            await panel
                .Get<UpkeepStore>()
                .SetAsideAsync(new RepositoryWork(operation, repository, target, 0), touched: null, "A pack is broken.", cancellationToken);
        }

        return await TakeAsync(panel, site, cancellationToken);
    }

    private static async Task<Guid> RemoveAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var service = panel.Get<SetAsideService>();
        var aside = Assert.Single((await service.ListAsync(Actor.Panel, cancellationToken)).Value, row => row.Site == site.Slug);
        var unsure = await service.RemoveAsync(Actor.Panel, aside.Id, confirm: null, null, cancellationToken);
        Assert.Equal("confirm", unsure.Problem?.Errors[0].Path);
        return (await service.RemoveAsync(Actor.Panel, aside.Id, site.Slug, null, cancellationToken)).Value.Id;
    }

    private static async Task<Guid> CheckAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken) =>
        (await panel.Get<UpkeepService>().CheckAsync(Actor.Panel, site.Slug, null, CheckReading.Part, null, cancellationToken)).Value.Id;
}
