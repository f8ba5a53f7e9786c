using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Tests.Simulation;
using Npgsql;

namespace HostingPanel.Tests.Backups;

/// <summary>
/// Files that a site changed between counting and saving have a checksum that is not the manifest's: what is restored of them is compared with
/// the snapshot instead, and only then. With the real queue and database over an engine in memory.
/// </summary>
public sealed class RestoreAgainTests(PostgresFixture postgres) : IDisposable
{
    private const string Again = "hp-restic restore-again";
    private const string Content = "/volumes/content";
    private readonly DirectoryInfo _uploads = Directory.CreateTempSubdirectory("hp-restore-tests-");

    private static Chapter Restore => BackupCrashTests.Restoring[^1];

    public void Dispose() => _uploads.Delete(recursive: true);

    [Fact(Timeout = 120_000)]
    public async Task What_was_changed_while_it_was_taken_is_compared_with_the_snapshot()
    {
        postgres.SkipWhenAbsent();
        var token = TestContext.Current.CancellationToken;
        var connection = await postgres.CreateDatabaseAsync();
        try
        {
            await using var database = NpgsqlDataSource.Create(connection);
            await SiteLife.FoundAsync(database, _uploads.FullName, token);
            var engine = new MemoryEngine();
            await using var life = new SiteLife(database, _uploads.FullName, engine, "wordpress");
            Assert.Equal(OperationState.Succeeded, (await life.LiveAsync(BackupCrashTests.Restoring[0], killAt: null, token)).State);
            var content = engine.Volumes.Keys.Single(name => name.EndsWith("-content", StringComparison.Ordinal));
            engine.Volumes[content] = engine.Volumes[content] with { Fillings = [1, 2, 3] };
            Assert.Equal(OperationState.Succeeded, (await life.LiveAsync(BackupCrashTests.Restoring[1], killAt: null, token)).State);

            Assert.Equal(OperationState.Succeeded, (await life.LiveAsync(Restore, killAt: null, token)).State);
            Assert.DoesNotContain(engine.Jobs, job => job.Contains("again", StringComparison.Ordinal));

            // As if another file of the same size had been saved.
            var saved = (Dictionary<string, byte[]>)engine.Repositories.Values.Single().Snapshots.Single().Paths;
            Assert.Equal([1, 2, 3], saved[Content]);
            saved[Content] = [1, 2, 4];

            Assert.Equal(OperationState.Succeeded, (await life.LiveAsync(Restore, killAt: null, token)).State);
            Assert.Single(engine.Jobs, job => job.Contains("again", StringComparison.Ordinal));

            engine.ToolFaults[Again] = new JobResult(1, ["""{"error":"damaged","message":"It differs."}"""], []);
            var damaged = await life.LiveAsync(Restore, killAt: null, token);
            Assert.Equal((OperationState.Failed, "repository-damaged"), (damaged.State, damaged.ErrorCode));
        }
        finally
        {
            await postgres.DropAsync(connection);
        }
    }
}
