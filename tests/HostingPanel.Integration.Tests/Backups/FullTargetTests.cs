using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Policies;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;

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
            await site.PurgeAsync();
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
