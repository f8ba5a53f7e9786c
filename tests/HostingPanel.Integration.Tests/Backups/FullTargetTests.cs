using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Policies;
using HostingPanel.Backups.Upkeep;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>Fault F6 with a whole operation: a real WordPress, and a target whose disk fills while it is taken.</summary>
[Collection(TargetTests.Name)]
public sealed class FullTargetTests(TestInstallation installation)
{
    [Fact(Timeout = 400_000)]
    public async Task A_target_that_fills_is_named_and_never_green_and_takes_in_again_when_there_is_room()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var far = new FarServers(installation);
        var targets = installation.Get<TargetService>();
        Guid? small = null;
        Guid? local = null;
        try
        {
            var full = (await far.StartAsync("small-disk", token)) with { Path = FarServers.SmallDisk };
            small = (await targets.AddAsync(Actor.Panel, full, idempotencyKey: null, token)).Value.Id;
            var site = await BackupSite.CreateAsync(installation, "kept-small");
            await site.RunBesideAsync("mkdir -p /v/content/uploads; head -c 8000000 /dev/urandom >/v/content/uploads/film");

            // Beside a target that is well: that one's copy is good, and the other's is told.
            var (beside, both) = await site.TakeAsync();
            Assert.True(beside.State == OperationState.Succeeded, beside.ErrorMessage);
            Assert.Equal(RestorePointState.Good, both.State);
            Assert.Equal(
                [("local", true, null), ("small-disk", false, "target-full")],
                both.Copies.OrderBy(copy => copy.Target, StringComparer.Ordinal)
                    .Select(copy => (copy.Target, copy.ReadBackAt is not null, copy.FaultCode))
            );
            var health = (await installation.Get<BackupHealthService>().GetAsync(Actor.Panel, site.Slug, token)).Value;
            Assert.Null(health.Targets.Single(one => one.Target == "small-disk").LastGoodAt);

            // Alone: there is no restore point, and nothing of the attempt stays with the site.
            local = (await targets.ListAsync(Actor.Panel, token)).Value.Single(target => target.Kind == TargetKind.Local).Id;
            Assert.Null((await targets.RetireAsync(Actor.Panel, local.Value, token)).Problem);
            var (failed, none) = await site.TakeAsync();
            Assert.Equal((OperationState.Failed, "no-good-copy"), (failed.State, failed.ErrorCode));
            Assert.Equal((RestorePointState.Failed, "no-good-copy"), (none.State, none.FaultCode));
            Assert.Equal(("target-full", null), (Assert.Single(none.Copies).FaultCode, none.Copies[0].ReadBackAt));
            Assert.DoesNotContain(
                await site.LabelledAsync(),
                thing => thing.Contains("repo-", StringComparison.Ordinal) || thing.Contains("scratch", StringComparison.Ordinal)
            );
            var (status, _) = await installation.VisitAsync("kept-small.localhost", "/", token);
            Assert.Equal(System.Net.HttpStatusCode.OK, status);

            // What was begun in the repository harms nothing: with room it goes on where it is, and is whole.
            await far.MakeRoomAsync(token);
            var (mended, good) = await site.TakeAsync();
            Assert.True(mended.State == OperationState.Succeeded, mended.ErrorMessage);
            Assert.Equal(("small-disk", RestorePointState.Good), (Assert.Single(good.Copies).Target, good.State));
            var asked = await installation
                .Get<UpkeepService>()
                .CheckAsync(Actor.Panel, site.Slug, "small-disk", CheckReading.All, idempotencyKey: null, token);
            var check = await installation.FinishAsync(asked.Value.Id, token);
            Assert.True(check.State == OperationState.Succeeded, check.ErrorMessage);
            await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token);
            var repository = await context
                .BackupRepositories.AsNoTracking()
                .SingleAsync(row => row.SiteId == site.Id && row.TargetId == small, token);
            Assert.Equal((0, null), (repository.UnknownSnapshots, repository.FaultCode));
            // A check is followed by a drill, which is not what this is about.
            var operations = installation.Get<OperationService>();
            var active = await operations.ListAsync(Actor.Panel, new OperationFilter(Active: true), new PageRequest(), token);
            foreach (var drill in active.Value.Items)
            {
                await operations.CancelAsync(Actor.Panel, drill.Id, idempotencyKey: null, token);
                Assert.Equal(OperationState.Cancelled, (await installation.FinishAsync(drill.Id, token)).State);
            }

            await site.PurgeAsync();

            // Of a site that was purged the last one there goes, too, with the repository it lay in.
            var upkeep = installation.Get<UpkeepService>();
            foreach (var point in (Guid[])[none.Id, good.Id, both.Id])
            {
                var deletion = await upkeep.DeleteAsync(Actor.Server, site.Slug, point, site.Slug, idempotencyKey: null, token);
                Assert.Null(deletion.Problem);
                var deleted = await installation.FinishAsync(deletion.Value.Id, token);
                Assert.True(deleted.State == OperationState.Succeeded, deleted.ErrorMessage);
            }

            Assert.False(await context.BackupRepositories.AnyAsync(row => row.SiteId == site.Id, token));
            Assert.False(await context.RestorePoints.AnyAsync(row => row.SiteId == site.Id, token));
        }
        finally
        {
            if (local is { } back)
            {
                await targets.UseAsync(Actor.Panel, back, idempotencyKey: null, CancellationToken.None);
            }

            if (small is { } gone)
            {
                await targets.RetireAsync(Actor.Panel, gone, CancellationToken.None);
            }

            await far.RemoveAsync();
        }
    }
}
