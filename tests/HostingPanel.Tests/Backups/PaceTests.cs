using HostingPanel.Backups;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Tests.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Backups;

/// <summary>What the toolbox's programs are told of how they share the machine.</summary>
public sealed class PaceTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    [Theory(Timeout = 60_000)]
    [InlineData(OperationKinds.TakeBackup, (int)OperationPriority.Schedule, 0, "HP_PATIENCE=600", 300)]
    [InlineData(OperationKinds.TakeBackup, (int)OperationPriority.Errand, 0, "HP_PATIENCE=600", 300)]
    [InlineData(OperationKinds.TakeBackup, (int)OperationPriority.Background, 400, "HP_PATIENCE=200", 300)]
    [InlineData(OperationKinds.TakeBackup, (int)OperationPriority.Background, 4000, "HP_PATIENCE=0", 300)]
    [InlineData(OperationKinds.TakeBackup, (int)OperationPriority.Person, 0, null, 1_000)]
    [InlineData(OperationKinds.RestoreAsNew, (int)OperationPriority.Person, 0, "HP_PACE=person", 1_000)]
    [InlineData(OperationKinds.RestoreAsNew, (int)OperationPriority.Schedule, 0, "HP_PATIENCE=600", 1_000)]
    public async Task Who_asked_and_for_what_decides(string kind, int priority, int secondsAgo, string? told, long nanoCpus)
    {
        var id = await QueueAsync(kind, priority: (OperationPriority)priority);
        await using (var context = await Contexts.CreateDbContextAsync(Token))
        {
            var started = Time.GetStoredNow().AddSeconds(-secondsAgo);
            await context.Operations.ExecuteUpdateAsync(set => set.SetProperty(row => row.StartedAt, started), Token);
        }

        var pace = new PaceKeeper(Contexts, Options.Create(new GentleOptions { PatienceMinutes = 10, ProcessorPercent = 30 }), Time);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HP_TAGS"] = "a" };
        var job = new JobDefinition(
            "job",
            id,
            new ContainerDefinition
            {
                Image = "toolbox",
                Owner = new Ownership(null, null),
                Environment = environment,
                Limits = new ResourceLimits(1, 1_000, 1),
            },
            TimeSpan.FromMinutes(1)
        );
        var applied = await pace.AppliedAsync(job, Token);
        Assert.Equal(
            told is null ? ["HP_TAGS=a"] : ["HP_TAGS=a", told],
            applied.Container.Environment.Select(pair => $"{pair.Key}={pair.Value}")
        );
        Assert.Equal(told != "HP_PACE=person", applied.StepsBack);
        // Whoever waits for the end does not wait longer; and how long it takes to bring a site back is what a drill is to tell.
        Assert.Equal(nanoCpus, applied.Container.Limits.NanoCpus);
    }

    [Fact]
    public void What_it_waits_for_is_told_in_words()
    {
        Assert.Equal("waits for the machine: I/O pressure 63 %", JobLines.Read<GateLine>("""{"waits":"io","pressure":63}""")!.Words);
        Assert.Equal(
            "The machine had no room for 2700 s (memory pressure 31 %): it ran slowly.",
            JobLines.Read<GateLine>("""{"slow":"memory","pressure":31,"waited":2700}""")!.Words
        );
        Assert.True(JobLines.Read<GateLine>("""{"gate":"unknown"}""")!.IsUnknown);
        Assert.Null(JobLines.Read<GateLine>("""{"progress":0.5,"files":3,"bytes":9}""")!.Words);
    }
}
