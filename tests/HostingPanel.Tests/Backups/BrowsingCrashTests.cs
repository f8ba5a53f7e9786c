using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Browsing;
using HostingPanel.Operations;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Backups;

/// <summary>Fault F1 for what looks into restore points and gets parts of them: nothing of it stays but what was asked for.</summary>
public sealed class BrowsingCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    private static readonly FetchFromBackup Files = new("content", ["page"]);
    private static readonly FetchFromBackup Tables = new(Database: "main", Tables: ["users"]);

    internal static readonly Chapter[] Fetching =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.TakeBackup, null) { Ask = BackupCrashTests.TakeAsync },
        new(OperationKinds.IndexBackup, null, Failing: "job hp-restic") { Ask = LookAsync },
        new(OperationKinds.IndexBackup, null) { Ask = LookAsync },
        new(OperationKinds.FetchBackup, null, Failing: "room") { Ask = Fetch(Files) },
        new(OperationKinds.FetchBackup, null, Failing: "job hp-pack") { Ask = Fetch(Files) },
        new(OperationKinds.FetchBackup, null, Failing: "read file") { Ask = Fetch(Tables) },
        new(OperationKinds.FetchBackup, null) { Ask = Fetch(Files) },
        new(OperationKinds.FetchBackup, null) { Ask = Fetch(Tables) },
        new(OperationKinds.FetchBackup, null) { Ask = Fetch(new FetchFromBackup()) },
        new(OperationKinds.ExportRepositoryKey, null) { Ask = ExportAsync },
    ];

    internal static readonly Chapter[] PuttingBack =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.TakeBackup, null) { Ask = BackupCrashTests.TakeAsync },
        new(OperationKinds.PutBackFiles, null, Failing: "job hp-put-beside") { Ask = PutBack(Files) },
        new(OperationKinds.PutBackFiles, null) { Ask = PutBack(Files) },
        new(OperationKinds.PutBackTables, null, Failing: "job sha256sum") { Ask = PutBack(Tables) },
        new(OperationKinds.PutBackTables, null) { Ask = PutBack(Tables) },
    ];

    [Fact(Timeout = 900_000)]
    public Task What_is_fetched_is_there_whole_or_not_at_all() => KillEverywhereAsync("wordpress", Fetching, every: 2);

    [Fact(Timeout = 900_000)]
    public Task What_is_put_back_beside_is_there_once_or_not_at_all() => KillEverywhereAsync("wordpress", PuttingBack, every: 2);

    private static async Task<Guid> LookAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var point = await PointAsync(panel, site, cancellationToken);
        var asked = await panel
            .Get<BrowseService>()
            .ListFilesAsync(Actor.Panel, site.Slug, point, "content", null, new PageRequest(), cancellationToken);
        Assert.Null(asked.Problem);
        return asked.Value.Preparing!.Id;
    }

    private static Func<SimulatedWorker, SiteInLife, CancellationToken, Task<Guid>> Fetch(FetchFromBackup what) =>
        async (panel, site, cancellationToken) =>
        {
            var point = await PointAsync(panel, site, cancellationToken);
            var asked = await panel.Get<FetchService>().FetchAsync(Actor.Panel, site.Slug, point, what, null, cancellationToken);
            Assert.Null(asked.Problem);
            return asked.Value.Id;
        };

    private static Func<SimulatedWorker, SiteInLife, CancellationToken, Task<Guid>> PutBack(FetchFromBackup what) =>
        async (panel, site, cancellationToken) =>
        {
            var point = await PointAsync(panel, site, cancellationToken);
            var asked = await panel.Get<FetchService>().PutBackAsync(Actor.Panel, site.Slug, point, what, null, cancellationToken);
            Assert.Null(asked.Problem);
            return asked.Value.Id;
        };

    private static async Task<Guid> ExportAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var repositories = panel.Get<RepositoryService>();
        var there = (await repositories.ListAsync(Actor.Panel, site.Slug, cancellationToken)).Value.Single();
        return (await repositories.ExportKeyAsync(Actor.Panel, site.Slug, there.Id, null, cancellationToken)).Value.Id;
    }

    private static async Task<Guid> PointAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken) =>
        (await panel.Get<BackupService>().ListAsync(Actor.Panel, site.Slug, new PageRequest(), cancellationToken)).Value.Items[0].Id;
}
