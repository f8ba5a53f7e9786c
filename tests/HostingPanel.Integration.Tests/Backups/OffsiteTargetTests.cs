using System.Text;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Policies;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>Restore points of a real WordPress at targets elsewhere: OpenSSH's server and restic's own, as services of the same swarm.</summary>
[Collection(TargetTests.Name)]
public sealed class OffsiteTargetTests(TestInstallation installation)
{
    [Fact(Timeout = 580_000)]
    public async Task A_site_is_kept_at_targets_elsewhere_and_one_that_refuses_or_trickles_is_named_and_stops_nobody()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var far = new FarServers(installation);
        var targets = installation.Get<TargetService>();
        var added = new List<Guid>();
        try
        {
            var sftp = await AddAsync(await far.StartAsync("far-sftp", token));
            var rest = await AddAsync(FarServers.Rest("far-rest"));
            var refusing = await AddAsync(FarServers.Rest("far-refusing", "another-word"));
            await AddAsync(FarServers.Rest("far-slow") with { Port = 8001 });

            foreach (var good in (Guid[])[sftp, rest, sftp])
            {
                var tested = await TestAsync(good);
                Assert.True(tested.State == OperationState.Succeeded, tested.ErrorMessage);
            }

            var refused = await TestAsync(refusing);
            Assert.Equal((OperationState.Failed, "target-unreachable"), (refused.State, refused.ErrorCode));

            var site = await BackupSite.CreateAsync(installation, "kept-far");
            var (operation, point) = await site.TakeAsync();
            Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
            Assert.Equal(RestorePointState.Good, point.State);
            Assert.Equal(
                [
                    ("far-refusing", false, "target-unreachable"),
                    ("far-rest", true, null),
                    ("far-sftp", true, null),
                    ("far-slow", false, "target-unreachable"),
                    ("local", true, null),
                ],
                point.Copies.Select(copy => (copy.Target, copy.ReadBackAt is not null, copy.FaultCode))
            );
            Assert.Contains("did not answer", point.Copies.Single(copy => copy.Target == "far-slow").Fault, StringComparison.Ordinal);
            // It is the age of the last good one there that tells: none, however well it goes elsewhere.
            var health = (await installation.Get<BackupHealthService>().GetAsync(Actor.Panel, site.Slug, token)).Value;
            Assert.Equal(
                [("far-refusing", false), ("far-rest", true), ("far-sftp", true), ("far-slow", false), ("local", true)],
                health.Targets.OrderBy(one => one.Target, StringComparer.Ordinal).Select(one => (one.Target, one.LastGoodAt is not null))
            );
            Assert.DoesNotContain(await site.LabelledAsync(), thing => thing.Contains("repo-", StringComparison.Ordinal));

            var asked = await installation
                .Get<RestoreService>()
                .RestoreAsNewAsync(Actor.Panel, site.Slug, point.Id, new RestoreAsNewSite("back-from-far", "far-sftp"), null, token);
            Assert.Null(asked.Problem);
            var restored = await installation.FinishAsync(asked.Value.Operation.Id, token);
            Assert.True(restored.State == OperationState.Succeeded, restored.ErrorMessage);

            // What lets one in is written nowhere where it can be read.
            await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token);
            var told = await context.OperationLog.Select(line => line.Text).ToListAsync(token);
            Assert.DoesNotContain(
                told,
                line => line.Contains(FarServers.Word, StringComparison.Ordinal) || line.Contains("another-word", StringComparison.Ordinal)
            );
            var stored = await context
                .BackupTargets.Where(target => target.Credentials != null)
                .Select(target => target.Credentials!)
                .ToListAsync(token);
            Assert.All(stored, box => Assert.DoesNotContain("word", Encoding.Latin1.GetString(box), StringComparison.Ordinal));
            await (await BackupSite.FindAsync(installation, "back-from-far")).PurgeAsync();
            await site.PurgeAsync();
        }
        finally
        {
            foreach (var id in added)
            {
                await targets.RetireAsync(Actor.Panel, id, CancellationToken.None);
            }

            await far.RemoveAsync();
        }

        async Task<Guid> AddAsync(NewBackupTarget target)
        {
            var made = await targets.AddAsync(Actor.Panel, target, idempotencyKey: null, token);
            Assert.Null(made.Problem);
            added.Add(made.Value.Id);
            return made.Value.Id;
        }

        async Task<OperationView> TestAsync(Guid id)
        {
            var queued = await targets.TestAsync(Actor.Panel, id, idempotencyKey: null, token);
            Assert.Null(queued.Problem);
            return await installation.FinishAsync(queued.Value.Id, token);
        }
    }

    [Fact(Timeout = 200_000)]
    public async Task The_local_target_can_be_tested_and_nothing_of_the_test_stays()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var targets = installation.Get<TargetService>();
        var local = (await targets.ListAsync(Actor.Panel, token)).Value.Single(target => target.Kind == TargetKind.Local);
        var queued = await targets.TestAsync(Actor.Panel, local.Id, idempotencyKey: null, token);
        var tested = await installation.FinishAsync(queued.Value.Id, token);
        Assert.True(tested.State == OperationState.Succeeded, tested.ErrorMessage);
        Assert.NotNull((await targets.ListAsync(Actor.Panel, token)).Value.Single(target => target.Id == local.Id).LastSuccessAt);
        Assert.DoesNotContain(
            await installation.Docker.Volumes.ListAsync(installation.Mine, token),
            volume => volume.Name.Contains("scratch", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            await installation.Docker.Secrets.ListAsync(installation.Mine, token),
            secret => secret.Spec.Name.Contains("repo-", StringComparison.Ordinal)
        );
    }
}
