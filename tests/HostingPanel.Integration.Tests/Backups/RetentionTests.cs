using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Drills;
using HostingPanel.Backups.Policies;
using HostingPanel.Backups.Upkeep;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Integration.Tests.Volumes;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>What is removed, pruned and checked in a real repository of a real WordPress.</summary>
[Collection(TargetTests.Name)]
public sealed class RetentionTests(TestInstallation installation)
{
    [Fact(Timeout = 400_000)]
    public async Task What_is_old_goes_what_nobody_knows_of_stays_and_what_is_damaged_is_found_and_set_aside()
    {
        var token = TestContext.Current.CancellationToken;
        var site = await BackupSite.CreateAsync(installation, "retained");
        var points = new List<Guid>();
        for (var number = 0; number < 3; number++)
        {
            await site.RunBesideAsync($"head -c 300000 /dev/urandom >/v/content/part{number}");
            points.Add((await site.TakeAsync()).Point.Id);
        }

        await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token);
        // One whose row was lost: it is nobody's to remove.
        await context.RestorePointCopies.Where(copy => copy.RestorePointId == points[0]).ExecuteDeleteAsync(token);
        await context.RestorePoints.Where(point => point.Id == points[0]).ExecuteDeleteAsync(token);
        await RetainAsync(context, site, keep: 1);
        var kept = Assert.Single(await ListAsync(site));
        Assert.Equal((points[2], RestorePointState.Good), (kept.Id, kept.State));
        var repository = await context.BackupRepositories.AsNoTracking().SingleAsync(row => row.SiteId == site.Id, token);
        Assert.Equal(
            (false, true, true, 1),
            (repository.PruneDue, repository.PrunedAt is not null, repository.CheckedAt is not null, repository.UnknownSnapshots)
        );

        // All is read, and found well; then a byte is another one.
        Assert.Equal(OperationState.Succeeded, (await CheckAsync(site)).State);
        await StopDrillAsync(points[2]);
        await VolumeSite.RunAsync(
            installation,
            $"""
            pack=$(find /v/target/{repository.Id:N}/data -type f -printf '%s %p\n' | sort -rn | head -n 1 | cut -d' ' -f2)
            chmod u+w "$pack"
            printf '\377\000\377\000' | dd of="$pack" bs=1 seek=5000 conv=notrunc status=none
            """,
            [($"{installation.Name}-backups", "target")]
        );
        var found = await CheckAsync(site);
        Assert.Equal((OperationState.Failed, "repository-damaged"), (found.State, found.ErrorCode));
        kept = Assert.Single(await ListAsync(site));
        Assert.Equal((RestorePointState.Failed, "repository-damaged"), (kept.State, kept.FaultCode));
        var health = (await installation.Get<BackupHealthService>().GetAsync(Actor.Panel, site.Slug, token)).Value;
        Assert.Equal("repository-damaged", Assert.Single(health.Targets).FaultCode);

        // The next one stands on nothing that is damaged, and is checked well.
        var (operation, next) = await site.TakeAsync();
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        Assert.Equal(RestorePointState.Good, next.State);
        Assert.Equal(OperationState.Succeeded, (await CheckAsync(site)).State);
        await StopDrillAsync(next.Id);
        var alone = await installation.Get<UpkeepService>().DeleteAsync(Actor.Panel, site.Slug, next.Id, site.Slug, null, token);
        Assert.Equal("last-good-restore-point", alone.Problem?.Code);
        await site.PurgeAsync();
    }

    /// <summary>As the scheduler does.</summary>
    private async Task RetainAsync(PanelDbContext context, BackupSite site, int keep)
    {
        var token = TestContext.Current.CancellationToken;
        var command = new PolicyCommand(null, null, "0 3 * * *", null, null, null, null, new RetentionRules(keep, 0, 0, 0, 0));
        Assert.Null((await installation.Get<PolicyService>().SetAsync(Actor.Panel, site.Slug, command, token)).Problem);
        var look = (await installation.Get<PolicyService>().PreviewAsync(Actor.Panel, site.Slug, null, token)).Value;
        Assert.Single(look.Items, item => item.Now);
        var repositories = await RetentionLook.Managed(context, site.Id).Select(row => row.Id).ToListAsync(token);
        var queued = installation
            .Get<OperationQueue>()
            .Add(
                context,
                Actor.Panel,
                new OperationRequest(OperationKinds.ApplyRetention, site.Id, site.Slug, Arguments: new RemovalArguments(repositories))
            );
        await context.SaveChangesAsync(token);
        var operation = await installation.FinishAsync(queued.Id, token);
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
    }

    private async Task<OperationView> CheckAsync(BackupSite site)
    {
        var token = TestContext.Current.CancellationToken;
        var asked = await installation.Get<UpkeepService>().CheckAsync(Actor.Panel, site.Slug, null, CheckReading.All, null, token);
        return await installation.FinishAsync(asked.Value.Id, token);
    }

    /// <summary>What was read whole is drilled by itself; here that is only seen to begin.</summary>
    private async Task StopDrillAsync(Guid point)
    {
        var token = TestContext.Current.CancellationToken;
        await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token);
        var drill = await context.RestoreDrills.AsNoTracking().SingleAsync(row => row.RestorePointId == point, token);
        Assert.Equal(RestoreDrillReason.AfterCheck, drill.Reason);
        Assert.Null((await installation.Get<OperationService>().CancelAsync(Actor.Panel, drill.Id, null, token)).Problem);
        Assert.Equal(OperationState.Cancelled, (await installation.FinishAsync(drill.Id, token)).State);
    }

    private async Task<IReadOnlyList<RestorePointView>> ListAsync(BackupSite site) =>
        (
            await installation
                .Get<BackupService>()
                .ListAsync(Actor.Panel, site.Slug, new PageRequest(), TestContext.Current.CancellationToken)
        )
            .Value
            .Items;
}
