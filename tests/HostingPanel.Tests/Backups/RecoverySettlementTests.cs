using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Panel;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Tests.Simulation;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tests.Backups;

/// <summary>A database that comes out of a backup, on a machine that has nothing else.</summary>
public sealed class RecoverySettlementTests(PostgresFixture postgres)
{
    [Fact(Timeout = 120_000)]
    public async Task What_was_under_way_is_called_off_and_what_went_with_the_machine_is_made_anew()
    {
        await using var founded = await FoundedPanel.StartAsync(postgres);
        var token = TestContext.Current.CancellationToken;
        var old = new MemoryEngine();
        Guid before;
        await using (var panel = founded.Work(old))
        {
            before = await BackUpAsync(panel, token);
            // The dump holds the row of the one that takes it, under way.
            var asked = await panel.Get<PanelBackupService>().TakeAsync(Actor.Panel, target: null, null, token);
            Assert.Null(asked.Problem);
            await using var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token);
            context.Recoveries.Add(
                new Recovery
                {
                    Id = Guid.CreateVersion7(),
                    BackupId = before,
                    TakenAt = DateTimeOffset.UnixEpoch,
                    RecoveredAt = DateTimeOffset.UnixEpoch,
                }
            );
            await context.SaveChangesAsync(token);
        }

        await using var after = founded.Work(new MemoryEngine());
        await after.Get<RecoverySettlement>().SettleAsync(token);
        await after.RunAsync(token);

        var service = after.Get<PanelBackupService>();
        var all = (await service.ListAsync(Actor.Panel, new PageRequest(), token)).Value.Items;
        Assert.Equal([(before, RestorePointState.Failed, "target-lost")], all.Select(one => (one.Id, one.State, one.FaultCode)));
        await using (var context = await after.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token))
        {
            Assert.Equal(
                [OperationState.Cancelled],
                await context
                    .Operations.Where(operation => operation.Kind == OperationKinds.BackUpPanel && operation.Id != before)
                    .Select(operation => operation.State)
                    .ToListAsync(token)
            );
            Assert.All(await context.Recoveries.ToListAsync(token), recovery => Assert.NotNull(recovery.SettledAt));
        }

        // The next one makes the repository anew; settled is settled.
        await after.Get<RecoverySettlement>().SettleAsync(token);
        var next = await BackUpAsync(after, token);
        var state = (await service.GetStateAsync(Actor.Panel, token)).Value;
        Assert.Equal(next, state.LastGood?.Id);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_kit_is_current_until_the_targets_change_and_one_backup_is_due_a_day()
    {
        await using var founded = await FoundedPanel.StartAsync(postgres);
        var token = TestContext.Current.CancellationToken;
        await using var panel = founded.Work(new MemoryEngine());
        await panel.Get<SealingKeys>().EnsureAsync(token);
        var service = panel.Get<PanelBackupService>();
        Assert.Equal((null, false), await KitAsync());

        var kits = panel.Get<RecoveryKitService>();
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["PANEL_DOMAIN"] = "panel.localhost" };
        var file = await kits.WriteAsync(new string('0', 64), webCertificate: "pem\n", settings, "1", "word", token);
        Assert.Equal((1, true), await KitAsync());
        Assert.Equal(
            ["0\tlocal\tlocal"],
            RecoveryKitService.Read(file, "word", "targets").Value.Select(line => line[..line.LastIndexOf('\t')])
        );

        var added = await panel
            .Get<TargetService>()
            .AddAsync(
                Actor.Panel,
                new NewBackupTarget(
                    "far",
                    TargetKind.Rest,
                    "rest.example.org",
                    Path: "/all",
                    Credentials: new Dictionary<string, string>(StringComparer.Ordinal) { ["username"] = "u", ["password"] = "canary" }
                ),
                null,
                token
            );
        Assert.Null(added.Problem);
        Assert.Equal((1, false), await KitAsync());
        file = await kits.WriteAsync(new string('0', 64), webCertificate: "pem\n", settings, "1", null, token);
        Assert.Equal((2, true), await KitAsync());
        Assert.Contains("canary", Text(RecoveryKitService.Read(file, null, "target 0").Value[1]), StringComparison.Ordinal);

        var schedule = panel.Get<PanelBackupSchedule>();
        Assert.True(await schedule.QueueAsync(token));
        Assert.False(await schedule.QueueAsync(token));
        await panel.RunAsync(token);
        Assert.NotNull((await service.GetStateAsync(Actor.Panel, token)).Value.LastGood);
        Assert.False(await schedule.QueueAsync(token));
        await using (var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token))
        {
            await context.PanelBackups.ExecuteDeleteAsync(token);
        }

        Assert.True(await schedule.QueueAsync(token));

        async Task<(int?, bool)> KitAsync()
        {
            var state = (await service.GetStateAsync(Actor.Panel, token)).Value;
            return (state.KitNumber, state.KitIsCurrent);
        }

        static string Text(string line) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(line));
    }

    private static async Task<Guid> BackUpAsync(SimulatedWorker panel, CancellationToken cancellationToken)
    {
        var asked = await panel.Get<PanelBackupService>().TakeAsync(Actor.Panel, target: null, null, cancellationToken);
        Assert.Null(asked.Problem);
        await panel.RunAsync(cancellationToken);
        var made = (await panel.Get<PanelBackupService>().GetStateAsync(Actor.Panel, cancellationToken)).Value;
        Assert.True(made.LastGood?.Id == asked.Value.Id, made.Fault);
        return asked.Value.Id;
    }
}
