using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Backups;

/// <summary>
/// Files that a site changed between counting and saving have a checksum that is not the manifest's: what is restored of them is compared with
/// the snapshot instead, and only then. With the real queue and database over an engine in memory.
/// </summary>
public sealed class RestoreAgainTests(PostgresFixture postgres)
{
    private const string Again = "hp-restic restore-again";
    private const string Content = "/volumes/content";

    private static Chapter Restore => BackupCrashTests.Restoring[^1];

    [Fact(Timeout = 120_000)]
    public async Task What_was_changed_while_it_was_taken_is_compared_with_the_snapshot()
    {
        await using var founded = await FoundedPanel.StartAsync(postgres);
        var token = TestContext.Current.CancellationToken;
        var engine = new MemoryEngine();
        await using var life = founded.Live(engine);
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
}
