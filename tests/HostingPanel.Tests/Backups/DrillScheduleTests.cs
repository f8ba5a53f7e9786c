using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Drills;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Tests.Simulation;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HostingPanel.Tests.Backups;

/// <summary>What asks for drills beside people, with the real queue and database over an engine in memory.</summary>
public sealed class DrillScheduleTests(PostgresFixture postgres)
{
    [Fact(Timeout = 120_000)]
    public async Task The_schedule_a_check_and_a_suspicion_ask_for_one_drill_each_and_never_for_two_at_once()
    {
        await using var founded = await FoundedPanel.StartAsync(postgres);
        var token = TestContext.Current.CancellationToken;
        var engine = new MemoryEngine();
        await using var life = founded.Live(engine);
        foreach (var chapter in BackupCrashTests.Restoring.Take(2))
        {
            Assert.Equal(OperationState.Succeeded, (await life.LiveAsync(chapter, killAt: null, token)).State);
        }

        await using var worker = founded.Work(engine);
        await TheScheduleAsync(worker, founded.Database, token);
        await TheCheckAsync(worker, founded.Database, token);
        await TheSuspicionAsync(worker, life, token);
    }

    private static async Task TheScheduleAsync(SimulatedWorker worker, NpgsqlDataSource database, CancellationToken token)
    {
        var schedule = worker.Get<DrillSchedule>();
        Assert.Null(await schedule.QueueAsync(token));
        await DoAsync(database, "UPDATE restore_points SET finished_at = finished_at - interval '2 days'", token);
        var queued = await schedule.QueueAsync(token);
        Assert.NotNull(queued);
        Assert.Null(await schedule.QueueAsync(token));
        await worker.RunAsync(token);
        await using var context = await ContextAsync(worker, token);
        var drill = await context.RestoreDrills.SingleAsync(token);
        Assert.Equal((queued!.Value, RestoreDrillReason.Plan, RestoreDrillVerdict.Passed), (drill.Id, drill.Reason, drill.Verdict!.Value));
        Assert.Equal(
            OperationPriority.Schedule,
            await context.Operations.Where(row => row.Id == queued).Select(row => row.Priority).SingleAsync(token)
        );
        Assert.Null(await schedule.QueueAsync(token));
        // A month later, and nobody has looked for a year: once.
        await DoAsync(database, "UPDATE restore_drills SET created_at = created_at - interval '400 days'", token);
        Assert.NotNull(await schedule.QueueAsync(token));
        await worker.RunAsync(token);
        Assert.Null(await schedule.QueueAsync(token));
    }

    private static async Task TheCheckAsync(SimulatedWorker worker, NpgsqlDataSource database, CancellationToken token)
    {
        await using var context = await ContextAsync(worker, token);
        var repository = await context.BackupRepositories.Select(row => row.Id).SingleAsync(token);
        var queue = worker.Get<DrillQueue>();
        Assert.Null(await queue.AfterCheckAsync(Guid.CreateVersion7(), token));
        // Proved a moment ago.
        Assert.Null(await queue.AfterCheckAsync(repository, token));
        await DoAsync(database, "UPDATE restore_point_copies SET proved_at = proved_at - interval '8 days'", token);
        Assert.NotNull(await queue.AfterCheckAsync(repository, token));
        Assert.Null(await queue.AfterCheckAsync(repository, token));
        await worker.RunAsync(token);
    }

    /// <summary>As if the restore point before had had a table more.</summary>
    private static async Task TheSuspicionAsync(SimulatedWorker worker, SiteLife life, CancellationToken token)
    {
        await using var context = await ContextAsync(worker, token);
        var before = await context.RestorePoints.SingleAsync(token);
        before.Manifest = before.Manifest!.Replace("\"users\": 3", "\"users\": 3, \"members\": 40", StringComparison.Ordinal);
        await context.SaveChangesAsync(token);

        // The worker that takes it also does what that has asked for.
        Assert.Equal(OperationState.Succeeded, (await life.LiveAsync(BackupCrashTests.Restoring[1], killAt: null, token)).State);

        var point = await context.RestorePoints.AsNoTracking().OrderByDescending(row => row.Id).FirstAsync(token);
        Assert.Equal(Suspicions.LostTables, point.SuspicionCode);
        Assert.Contains("main.members", point.Suspicion, StringComparison.Ordinal);
        var drill = await context.RestoreDrills.AsNoTracking().SingleAsync(row => row.RestorePointId == point.Id, token);
        Assert.Equal((RestoreDrillReason.Suspicious, RestoreDrillVerdict.Passed), (drill.Reason, drill.Verdict!.Value));
        Assert.NotNull(point.ProvedAt);
        // That it can be restored does not bring the table back.
        var recovery = (await worker.Get<DrillService>().ListRecoveryAsync(Actor.Panel, token)).Value;
        Assert.Equal((1, true), (Assert.Single(recovery).Suspicious, recovery[0].HasAlert));
        Assert.Null(await worker.Get<DrillQueue>().SuspiciousAsync(point.Id, token));
    }

    private static Task<PanelDbContext> ContextAsync(SimulatedWorker worker, CancellationToken token) =>
        worker.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token);

    private static async Task DoAsync(NpgsqlDataSource database, string sql, CancellationToken token)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(token);
    }
}
