using HostingPanel.Access;
using HostingPanel.Backups.Drills;
using HostingPanel.Backups.Policies;
using HostingPanel.Operations;
using HostingPanel.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostingPanel.Tests.Backups;

/// <summary>Whoever reads drills is told the same after old ones were forgotten, of sites with years of every kind of them.</summary>
public sealed class DrillReadersTests(PostgresFixture postgres) : DrillRows(postgres)
{
    private const int Sites = 12;
    private const int DrillsOfEach = 60;
    private static readonly RestoreDrillVerdict[] Verdicts = Enum.GetValues<RestoreDrillVerdict>();

    [Fact(Timeout = 120_000)]
    public async Task Nothing_that_is_read_of_drills_changes_when_old_ones_are_forgotten()
    {
        var random = new Dice(20260701);
        for (var number = 0; number < Sites; number++)
        {
            await LiveAsync(await AddSiteAsync($"site-{number}"), random);
        }

        var (before, drills, pictures) = (await ReadAsync(), await DrillsAsync(), (await PicturesAsync()).Count);
        var (forgotten, removed) = (0, 0);
        for (var (gone, plain) = await ForgetAsync(); gone + plain > 0; (gone, plain) = await ForgetAsync())
        {
            (forgotten, removed) = (forgotten + gone, removed + plain);
        }

        var after = await ReadAsync();
        Assert.Equal(before.Recovery, after.Recovery);
        Assert.Equal(before.Unproved, after.Unproved);
        Assert.Equal(before.Turns, after.Turns);
        Assert.Equal(before.Due, after.Due);
        // And it was worth it.
        Assert.Equal(drills.Count - forgotten, (await DrillsAsync()).Count);
        Assert.InRange(forgotten, drills.Count / 4, drills.Count);
        Assert.InRange(removed, 1, pictures);
    }

    /// <summary>Years of a site: some are drilled often, some have been left alone for long, some fail until today.</summary>
    private async Task LiveAsync(Guid site, Dice random)
    {
        Guid[] repositories = [await AddRepositoryAsync(site), await AddRepositoryAsync(site, isSetAside: true)];
        List<Guid> points = [];
        for (var number = 0; number < 6; number++)
        {
            points.Add(await AddPointAsync(site, 2 + random.Next(2000), repositories));
        }

        var silence = random.Next(3) * 600;
        // The most usual end is that they pass; of some sites it has not been so for long.
        var passing = random.Next(1, 6);
        for (var number = 0; number < DrillsOfEach; number++)
        {
            await AddDrillAsync(
                site,
                silence + (random.Next(1_500_000) / 1000d),
                random.Next(6) < passing ? RestoreDrillVerdict.Passed : Verdicts[random.Next(Verdicts.Length)],
                random.Next(2) == 0 ? points[random.Next(points.Count)] : null,
                repositories[random.Next(repositories.Length)],
                random.Next(2) == 0
            );
        }
    }

    private async Task<Told> ReadAsync()
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        using var metrics = new PanelMetrics();
        using var gauges = new PanelGauges(
            Contexts,
            Services.GetRequiredService<BackupHealthService>(),
            metrics,
            new WorkerLease(Contexts, Time, NullLogger<WorkerLease>.Instance),
            Time,
            NullLogger<PanelGauges>.Instance
        );
        List<Guid?> turns = [];
        foreach (var point in await context.RestorePoints.Include(row => row.Copies).OrderBy(row => row.Id).ToListAsync(Token))
        {
            turns.Add(DrillCopy.Next(await DrillCopy.ListAsync(context, point, Token))?.RepositoryId);
        }

        // In the order in which the schedule would take them.
        var candidates = (await DrillSchedule.CandidatesAsync(context, Token)).ToList();
        List<(Guid, RestoreDrillReason)> due = [];
        while (DrillPlan.Next(candidates, Time.GetUtcNow(), Time.GetUtcNow()) is { } next)
        {
            due.Add((next.Site.SiteId, next.Reason));
            candidates.Remove(next.Site);
        }

        return new Told(
            (await Services.GetRequiredService<DrillService>().ListRecoveryAsync(Actor.Panel, Token)).Value,
            (await gauges.ReadAsync(Token)).Unproved,
            turns,
            due
        );
    }

    private sealed record Told(
        IReadOnlyList<SiteRecovery> Recovery,
        int Unproved,
        IReadOnlyList<Guid?> Turns,
        IReadOnlyList<(Guid, RestoreDrillReason)> Due
    );
}
