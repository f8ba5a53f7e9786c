using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Sites.Login;
using HostingPanel.Sites.Operations;
using HostingPanel.Tests.Backups;
using HostingPanel.Tests.Certificates;
using HostingPanel.Tests.Cron;
using HostingPanel.Tests.Disposability;
using HostingPanel.Tests.Domains;
using HostingPanel.Tests.Simulation;
using HostingPanel.Tests.Volumes;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HostingPanel.Tests.Operations;

/// <summary>Killed on the way forward.</summary>
public sealed class CrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    internal static readonly Chapter[] Whole =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.MakeLoginLink, null) { Ask = LogInAsync },
        new(OperationKinds.MakeLoginLink, null, Failing: "job php") { Ask = LogInAsync },
        new(OperationKinds.StopSite, SiteAction.Stop),
        new(OperationKinds.StartSite, SiteAction.Start),
        new(OperationKinds.StopSite, null) { Ask = StopForTheDiskAsync },
        new(OperationKinds.StartSite, SiteAction.Start),
        new(OperationKinds.RestartSite, SiteAction.Restart),
        new(OperationKinds.HealSite, null),
        new(OperationKinds.RemoveUnowned, null),
        new(OperationKinds.TrashSite, SiteAction.Trash),
        new(OperationKinds.UntrashSite, SiteAction.Untrash),
        new(OperationKinds.TrashSite, SiteAction.Trash),
        new(OperationKinds.PurgeSite, SiteAction.Purge),
    ];

    [Fact(Timeout = 600_000)]
    public Task An_operation_whose_worker_is_killed_at_any_effect_ends_as_if_it_had_not_been() => KillEverywhereAsync("wordpress", Whole);

    [Fact(Timeout = 600_000)]
    public Task A_site_whose_code_is_unpacked_comes_through_too() => KillEverywhereAsync("php", [Whole[0]]);

    private static async Task<Guid> LogInAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken) =>
        (await panel.Get<LoginLinkService>().MakeAsync(Actor.Panel, site.Slug, null, cancellationToken)).Value.Operation.Id;

    private static async Task<Guid> StopForTheDiskAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        await using var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        var id = await context.Sites.Where(row => row.Slug == site.Slug).Select(row => row.Id).SingleAsync(cancellationToken);
        if (!await context.Accounts.AnyAsync(cancellationToken))
        {
            context.Accounts.Add(
                new Account
                {
                    Id = Guid.CreateVersion7(),
                    Email = "ada@example.org",
                    NormalizedEmail = "ada@example.org",
                    Name = "Ada",
                    PasswordHash = "none",
                    Role = StaffRole.Administrator,
                    SecurityStamp = Guid.CreateVersion7(),
                    PasswordChangedAt = DateTimeOffset.UnixEpoch,
                    CreatedAt = DateTimeOffset.UnixEpoch,
                }
            );
        }

        var request = new OperationRequest(OperationKinds.StopSite, id, site.Slug, Arguments: new StopArguments("It filled the disk."));
        var operation = panel.Get<OperationQueue>().Add(context, Actor.Panel, request);
        await context.SaveChangesAsync(cancellationToken);
        return operation.Id;
    }

    [Fact]
    public async Task Every_kind_of_operation_there_is_is_killed_here()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=nowhere");
        await using var worker = new SimulatedWorker(nowhere, "/nowhere", new MemoryEngine());
        var kinds = worker.Get<IEnumerable<IOperationKind>>().Select(kind => kind.Kind);
        Assert.Equal(
            kinds.Order(),
            Whole
                .Concat(UndoneCrashTests.Undone)
                .Concat(VolumeCrashTests.Life)
                .Concat(DisposabilityCrashTests.Life)
                .Concat(BackupCrashTests.Taking)
                .Concat(BackupCrashTests.Restoring)
                .Concat(BackupCrashTests.Testing)
                .Concat(DrillCrashTests.Drilling)
                .Concat(PanelBackupCrashTests.Life)
                .Concat(CronCrashTests.Life)
                .Concat(CertificateCrashTests.Life)
                .Concat(DomainCrashTests.Life)
                .Concat(UpkeepCrashTests.Life)
                .Concat(InPlaceCrashTests.Restoring)
                .Concat(BrowsingCrashTests.Fetching)
                .Concat(BrowsingCrashTests.PuttingBack)
                .Select(chapter => chapter.Kind)
                .Distinct()
                .Order()
        );
    }
}
