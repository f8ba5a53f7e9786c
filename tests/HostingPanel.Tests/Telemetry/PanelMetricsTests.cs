using HostingPanel.Backups.Policies;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Telemetry;
using HostingPanel.Tests.Backups;
using HostingPanel.Tests.Cron;
using HostingPanel.Tests.Simulation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace HostingPanel.Tests.Telemetry;

/// <summary>What is counted of a site's life, and how it stands, with the real operations and database over an engine in memory.</summary>
public sealed class PanelMetricsTests(PostgresFixture postgres) : IDisposable
{
    private readonly DirectoryInfo _uploads = Directory.CreateTempSubdirectory("hp-metrics-tests-");
    private readonly MemoryEngine _engine = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _uploads.Delete(recursive: true);

    [Fact(Timeout = 180_000)]
    public async Task A_life_is_counted_by_what_its_rows_say_and_the_gauges_say_how_it_stands()
    {
        postgres.SkipWhenAbsent();
        var connection = await postgres.CreateDatabaseAsync();
        try
        {
            await using var database = NpgsqlDataSource.Create(connection);
            await SiteLife.FoundAsync(database, _uploads.FullName, Token);
            await using var life = new SiteLife(database, _uploads.FullName, _engine, "wordpress");
            await life.LiveAsync(new Chapter(OperationKinds.ProvisionSite, null), killAt: null, Token);
            await using var worker = new SimulatedWorker(database, _uploads.FullName, _engine);
            using var standing = new Standing(worker);
            using var recorder = new MetricRecorder(worker.Get<PanelMetrics>());
            // Nothing was read yet, and asking reads nothing.
            Assert.Empty(standing.Ask());
            await ExpectAsync("state=new: 1", unproved: 0);
            await DoAsync("UPDATE sites SET provisioned_at = provisioned_at - interval '400 days'");
            await ExpectAsync("state=never: 1", unproved: 0);

            await LiveAsync(BackupCrashTests.Taking, OperationKinds.TakeBackup);
            await LiveAsync(BackupCrashTests.Taking, OperationKinds.TakeBackup);
            await LiveAsync(BackupCrashTests.Taking, OperationKinds.TakeBackup, failing: "job hp-restic");
            Assert.Equal(
                [
                    "operation.duration kind=take-backup outcome=failed: 1",
                    "operation.duration kind=take-backup outcome=succeeded: 2",
                    "operations.ended kind=take-backup outcome=failed: 1",
                    "operations.ended kind=take-backup outcome=succeeded: 2",
                    "restore_point.duration reason=manual: 2",
                    "restore_points.added reason=manual: 2",
                    "restore_points.taken reason=manual outcome=failed: 1",
                    "restore_points.taken reason=manual outcome=good: 2",
                ],
                recorder.Told
            );
            recorder.Forget();
            await ExpectAsync("state=good: 1", unproved: 1);
            await DoAsync("UPDATE restore_points SET taken_at = taken_at - interval '5 days'");
            await ExpectAsync("state=late: 1", unproved: 1);

            await LiveAsync(DrillCrashTests.Drilling, OperationKinds.DrillRestorePoint, failing: "room");
            await LiveAsync(DrillCrashTests.Drilling, OperationKinds.DrillRestorePoint);
            Assert.Equal(
                [
                    "drill.recovery_time: 1",
                    "drills.ended reason=manual verdict=broken-off: 1",
                    "drills.ended reason=manual verdict=passed: 1",
                ],
                Of("drill")
            );
            await ExpectAsync("state=late: 1", unproved: 0);
            await DoAsync("UPDATE restore_points SET proved_at = proved_at - interval '400 days'");
            await ExpectAsync("state=late: 1", unproved: 0);
            await DoAsync("UPDATE restore_drills SET finished_at = finished_at - interval '400 days'");
            await ExpectAsync("state=late: 1", unproved: 1);

            await LiveAsync(InPlaceCrashTests.Restoring, OperationKinds.RestoreInPlace, failing: "job hp-dump");
            await LiveAsync(InPlaceCrashTests.Restoring, OperationKinds.RestoreInPlace, last: true);
            Assert.Equal(
                [
                    "restore_in_place.away: 1",
                    "restore_in_place.duration: 1",
                    "restore_point.duration reason=safety: 1",
                    "restore_points.added reason=safety: 1",
                    "restore_points.taken reason=safety outcome=failed: 1",
                    "restore_points.taken reason=safety outcome=good: 1",
                    "restores_in_place.ended outcome=failed: 1",
                    "restores_in_place.ended outcome=succeeded: 1",
                ],
                Of("restore")
            );

            await LiveAsync(UpkeepCrashTests.Life, OperationKinds.CheckRepositories, failing: "job hp-restic");
            await LiveAsync(UpkeepCrashTests.Life, OperationKinds.CheckRepositories);
            var (copies, points) = (await CountAsync("restore_point_copies"), await CountAsync("restore_points"));
            await LiveAsync(UpkeepCrashTests.Life, OperationKinds.ApplyRetention);
            Assert.Equal(["repository.checks outcome=failed: 1", "repository.checks outcome=whole: 2"], Of("repository"));
            (copies, points) = (copies - await CountAsync("restore_point_copies"), points - await CountAsync("restore_points"));
            Assert.Equal((true, true), (copies > 0, points > 0));
            Assert.Equal([$"restore_point_copies.removed: {copies}"], Of("restore_point_copies"));
            Assert.Equal([$"restore_points.removed: {points}"], Of("restore_points.removed"));

            await LiveAsync(CronCrashTests.Life, OperationKinds.RunCron);
            await LiveAsync(CronCrashTests.Life, OperationKinds.RunCron, failing: "job php");
            await LiveAsync(CronCrashTests.Life, OperationKinds.RunCron, last: true);
            Assert.Equal(["cron.runs outcome=failed: 1", "cron.runs outcome=left-out: 1", "cron.runs outcome=succeeded: 1"], Of("cron"));

            // What nobody has read for long is not told, nor what another worker tells.
            standing.Time.Advance(PanelGauges.Lifetime + TimeSpan.FromSeconds(1));
            Assert.Empty(standing.Ask());
            await standing.Gauges.RefreshAsync(Token);
            Assert.NotEmpty(standing.Ask());
            standing.Lease.IsHeld = false;
            Assert.Empty(standing.Ask());

            async Task LiveAsync(Chapter[] chapters, string kind, string? failing = null, bool last = false)
            {
                var asked = chapters.Where(chapter => chapter.Kind == kind && (last || chapter.Failing == failing)).ToList();
                var chapter = last ? asked.Last(one => one.Failing is null) : asked[0];
                await chapter.Ask!(worker, life.Site, Token);
                if (failing is not null)
                {
                    _engine.Failures[failing] = new PlatformException("made-to-fail", "It was made to fail.");
                }

                await worker.RunAsync(Token);
                _engine.Failures.Clear();
            }

            IReadOnlyList<string> Of(string name) => [.. recorder.Told.Where(told => told.StartsWith(name, StringComparison.Ordinal))];

            async Task ExpectAsync(string backups, int unproved)
            {
                await standing.Gauges.RefreshAsync(Token);
                var told = standing.Ask();
                Assert.Equal(
                    $"sites.backups {backups}",
                    Assert.Single(
                        told,
                        gauge =>
                            gauge.StartsWith("sites.backups", StringComparison.Ordinal) && !gauge.EndsWith(": 0", StringComparison.Ordinal)
                    )
                );
                Assert.Contains($"sites.unproved: {unproved}", told);
                Assert.Contains("sites.troubled: 0", told);
                Assert.Contains("operations.unfinished state=queued: 0", told);
                Assert.Contains("operations.oldest_wait: 0", told);
            }

            async Task<long> CountAsync(string table)
            {
                await using var command = database.CreateCommand($"SELECT count(*) FROM {table}");
                return (long)(await command.ExecuteScalarAsync(Token))!;
            }

            async Task DoAsync(string sql)
            {
                await using var command = database.CreateCommand(sql);
                await command.ExecuteNonQueryAsync(Token);
            }
        }
        finally
        {
            await postgres.DropAsync(connection);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task What_waits_and_since_when_is_told_and_a_database_that_is_away_harms_nobody_who_asks()
    {
        postgres.SkipWhenAbsent();
        var connection = await postgres.CreateDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var worker = new SimulatedWorker(database, _uploads.FullName, _engine);
        using var standing = new Standing(worker);
        await using (var context = await worker.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token))
        {
            foreach (var kind in new[] { OperationKinds.HealSite, OperationKinds.StartSite, OperationKinds.StopSite })
            {
                worker.Get<OperationQueue>().Add(context, HostingPanel.Access.Actor.Panel, new OperationRequest(kind, null, "target"));
            }

            await context.SaveChangesAsync(Token);
            await context.Database.ExecuteSqlAsync($"UPDATE operations SET state = 'Running' WHERE kind = 'stop-site'", Token);
            await context.Database.ExecuteSqlAsync(
                $"UPDATE operations SET created_at = now() - interval '1 hour' WHERE kind = 'start-site'",
                Token
            );
        }

        await standing.Gauges.RefreshAsync(Token);
        var told = standing.Ask();
        Assert.Contains("operations.unfinished state=queued: 2", told);
        Assert.Contains("operations.unfinished state=running: 1", told);
        var waits = Assert.Single(told, gauge => gauge.StartsWith("operations.oldest_wait: ", StringComparison.Ordinal));
        Assert.InRange(double.Parse(waits.Split(": ")[1], System.Globalization.CultureInfo.InvariantCulture), 3590, 3700);

        await postgres.DropAsync(connection);
        await Assert.ThrowsAnyAsync<Exception>(() => standing.Gauges.RefreshAsync(Token));
        Assert.Contains("operations.unfinished state=queued: 2", standing.Ask());
    }

    /// <summary>The gauges of a worker that has the lease for as long as the test says, on a clock that the test moves.</summary>
    private sealed class Standing : IDisposable
    {
        private readonly PanelMetrics _metrics = new();
        private readonly MetricRecorder _recorder;

        public Standing(SimulatedWorker worker)
        {
            Gauges = new PanelGauges(
                worker.Get<IDbContextFactory<PanelDbContext>>(),
                worker.Get<BackupHealthService>(),
                _metrics,
                Lease,
                Time,
                NullLogger<PanelGauges>.Instance
            );
            _recorder = new MetricRecorder(_metrics);
        }

        public PanelGauges Gauges { get; }

        public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

        public SwitchedLease Lease { get; } = new();

        public IReadOnlyList<string> Ask() => _recorder.Ask();

        public void Dispose()
        {
            _recorder.Dispose();
            Gauges.Dispose();
            _metrics.Dispose();
        }
    }

    private sealed class SwitchedLease : IWorkerLease
    {
        public bool IsHeld { get; set; } = true;
    }
}
