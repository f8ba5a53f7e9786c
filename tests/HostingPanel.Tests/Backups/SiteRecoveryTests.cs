using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Panel;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tests.Backups;

/// <summary>Fault F14 for sites: the panel's database is back, and its machine has nothing of them but a target.</summary>
public sealed class SiteRecoveryTests(PostgresFixture postgres)
{
    [Fact(Timeout = 180_000)]
    public async Task All_sites_come_back_at_once_each_in_its_place_and_asking_again_asks_for_nothing_more()
    {
        await using var founded = await FoundedPanel.StartAsync(postgres);
        var token = TestContext.Current.CancellationToken;
        var lost = new MemoryEngine();
        await using (var panel = founded.Work(lost))
        {
            foreach (var slug in new[] { "food-bank", "never-backed-up", "shop" })
            {
                var made = await panel
                    .Get<SiteManager>()
                    .CreateAsync(
                        Actor.Panel,
                        new CreateSite(slug, SiteLife.Organisation, "wordpress", "Title", "a@example.org"),
                        null,
                        token
                    );
                Assert.Null(made.Problem);
                await panel.RunAsync(token);
            }

            foreach (var slug in new[] { "food-bank", "shop" })
            {
                Assert.Null((await panel.Get<BackupService>().TakeAsync(Actor.Panel, slug, gently: false, null, token)).Problem);
                await panel.RunAsync(token);
            }
        }

        // Another machine, to which nothing came but the volume of the target.
        var engine = new MemoryEngine();
        foreach (var (address, repository) in lost.Repositories)
        {
            engine.Repositories[address] = repository;
        }

        foreach (var (name, volume) in lost.Volumes.Where(pair => pair.Key.EndsWith("-backups", StringComparison.Ordinal)))
        {
            engine.Volumes[name] = volume;
        }

        await using var after = founded.Work(engine);
        var recovery = after.Get<SiteRecoveryService>();
        Assert.Equal(ProblemKind.NotFound, (await recovery.BringBackAsync(Actor.Panel, ["nobody"], token)).Problem?.Kind);

        // One first, then all the others: what is under way is not asked for twice.
        var one = Assert.Single((await recovery.BringBackAsync(Actor.Panel, ["shop"], token)).Value);
        Assert.NotNull(one.RestorePointId);
        var all = (await recovery.BringBackAsync(Actor.Panel, null, token)).Value;
        Assert.Equal(["food-bank", "never-backed-up", "shop"], all.Select(site => site.Slug));
        Assert.Equal("It has no restore point that is left.", all[1].Fault);
        Assert.Equal((one.OperationId, null), (all[2].OperationId, all[2].RestorePointId));
        await after.RunAsync(token);

        await using var context = await after.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token);
        Assert.All(
            await context.Operations.Where(operation => operation.Kind == OperationKinds.RestoreInPlace).ToListAsync(token),
            operation => Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage)
        );
        foreach (var slug in new[] { "food-bank", "shop" })
        {
            var site = await context.Sites.Include(site => site.Volumes).SingleAsync(site => site.Slug == slug, token);
            Assert.Equal(2, engine.Services.Values.Count(service => service.Container.Owner.SiteId == site.Id && service.Replicas == 1));
            Assert.Contains(engine.Routes, route => route.Slug == slug && route.Mode == RouteMode.Serve);
            Assert.All(
                site.Volumes.Where(volume => volume.State == HostingPanel.Volumes.VolumeState.InUse),
                volume => Assert.True(engine.Volumes.ContainsKey(volume.EngineName), volume.Name)
            );
        }

        var again = (await recovery.BringBackAsync(Actor.Panel, null, token)).Value;
        Assert.Equal([true, false, true], again.Select(site => site.IsHere));
    }
}
