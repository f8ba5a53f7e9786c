using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Operations;
using HostingPanel.Backups.Policies;
using HostingPanel.Backups.Upkeep;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Sites;
using HostingPanel.Tests.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Backups;

/// <summary>Schedules on a clock that the test moves, over real rows; operations end as the test says.</summary>
public sealed class BackupSchedulerTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    private static readonly TimeZoneInfo Vienna = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna");
    private static readonly Guid Repository = Guid.CreateVersion7();
    private readonly List<DateTimeOffset> _taken = [];
    private readonly List<Guid> _failing = [];
    private int _sites;

    [Fact(Timeout = 300_000)]
    public async Task Forty_days_with_a_change_of_the_clock_nights_that_were_missed_and_a_clock_that_jumps()
    {
        Time.SetUtcNow(new DateTimeOffset(2026, 10, 1, 12, 0, 0, TimeSpan.Zero));
        var site = await AddSiteAsync("nightly");
        await SetAsync("nightly", new RetentionRules(2, 7, 0, 1, 0));
        Assert.Equal(0, await LookAsync());

        // Through the end of summer time, on the 25th.
        await LiveAsync(days: 30);
        Assert.Equal(30, _taken.Count);
        Assert.Equal(30, _taken.Select(at => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Vienna).DateTime)).Distinct().Count());
        Assert.All(_taken, at => Assert.Equal(2, TimeZoneInfo.ConvertTime(at, Vienna).Hour));
        // Seven days, of which the last two are among them; September's and October's last is the newest of its month.
        Assert.Equal(7, await CountAsync(site));

        // The panel is down for four nights: what was missed is made up once.
        _taken.Clear();
        Time.Advance(TimeSpan.FromDays(4));
        await LiveAsync(days: 0.4);
        Assert.Single(_taken);

        // An hour back, just after one was taken: it is not taken again.
        await LiveAsync(days: 1);
        _taken.Clear();
        Time.AdjustTime(_takenLast + TimeSpan.FromMinutes(20));
        Assert.Equal(0, await LookAsync());
        Time.AdjustTime(_takenLast - TimeSpan.FromMinutes(40));
        Assert.Equal(0, await LookAsync());
        Time.AdjustTime(_takenLast + TimeSpan.FromMinutes(30));
        Assert.Equal(0, await LookAsync());

        // 400 days ahead, and back after a day: once there, nothing is removed, and the next nights are as if nothing had been.
        var before = await CountAsync(site);
        var real = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromDays(400));
        await LiveAsync(days: 0.3);
        Assert.Single(_taken);
        Assert.Equal(before + 1, await CountAsync(site));
        Time.AdjustTime(real + TimeSpan.FromHours(8));
        _taken.Clear();
        await LiveAsync(days: 3);
        Assert.Equal(3, _taken.Count);
        Assert.Equal(before + 4, await CountAsync(site));
        Assert.Equal(BackupHealthState.Good, (await HealthAsync("nightly")).State);
    }

    [Fact]
    public async Task What_can_not_be_taken_waits_with_a_reason_and_is_made_up_once()
    {
        var site = await AddSiteAsync("waiting");
        await SetAsync("waiting", new RetentionRules(5, 0, 0, 0, 0));
        await LookAsync();
        await ChangeAsync(site, row => row.State = SiteState.Stopped);
        Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(0, await LookAsync());
        Assert.Equal("site-is-stopped", (await HealthAsync("waiting")).WaitingCode);
        await ChangeAsync(site, row => (row.State, row.HandsOffUntil) = (SiteState.Running, Time.GetUtcNow().AddHours(2)));
        Assert.Equal(0, await LookAsync());
        var waiting = await HealthAsync("waiting");
        Assert.Equal(("hands-off", BackupHealthState.Never), (waiting.WaitingCode, waiting.State));
        Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(1, await LookAsync());
        // Never a second one while the first is queued, however long that takes.
        Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(0, await LookAsync());
        await FinishAsync();
        Assert.Equal(1, await LookAsync());
        await FinishAsync();
        Assert.Equal(0, await LookAsync());
        Assert.Equal((null, BackupHealthState.Good), ((await HealthAsync("waiting")).WaitingCode, (await HealthAsync("waiting")).State));
    }

    [Fact]
    public async Task One_that_failed_is_tried_again_twice_and_no_retention_follows_it()
    {
        var site = await AddSiteAsync("failing");
        await SetAsync("failing", new RetentionRules(1, 0, 0, 0, 0));
        await LookAsync();
        for (var night = 0; night < 3; night++)
        {
            Time.Advance(TimeSpan.FromDays(1));
            await LookAsync();
            await FinishAsync(retain: false);
        }

        _failing.Add(site);
        Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await LookAsync(kind: OperationKinds.TakeBackup));
        await FinishAsync(retain: false);
        for (var attempt = 2; attempt <= BackupScheduler.MaxAttempts; attempt++)
        {
            Assert.Equal(0, await LookAsync());
            Time.Advance(BackupScheduler.Again + TimeSpan.FromMinutes(1));
            Assert.Equal(1, await LookAsync());
            await FinishAsync(retain: false);
        }

        Time.Advance(BackupScheduler.Again + TimeSpan.FromMinutes(1));
        Assert.Equal(0, await LookAsync());
        Assert.Equal(3, await CountAsync(site));
        var health = await HealthAsync("failing");
        Assert.Equal((BackupHealthState.Good, "dump-failed"), (health.State, health.LastFaultCode));
        Time.Advance(TimeSpan.FromHours(12));
        Assert.Equal(BackupHealthState.Late, (await HealthAsync("failing")).State);
        var overview = (await Services.GetRequiredService<BackupHealthService>().GetAllAsync(Actor.Panel, Token)).Value;
        Assert.False(overview.IsScheduling);
        Assert.Equal("failing", overview.Sites[0].Site);
    }

    [Fact]
    public async Task What_retention_could_not_remove_is_tried_again_the_same_day()
    {
        await AddSiteAsync("left");
        await SetAsync("left", new RetentionRules(1, 0, 0, 0, 0));
        await LookAsync();
        for (var night = 0; night < 2; night++)
        {
            Time.Advance(TimeSpan.FromDays(1));
            await LookAsync();
            await FinishAsync(retain: false);
        }

        Assert.Equal(1, await LookAsync(OperationKinds.ApplyRetention));
        await using (var context = await Contexts.CreateDbContextAsync(Token))
        {
            // It decided, and its target was away.
            var retention = await context.Operations.SingleAsync(row => row.State == OperationState.Queued, Token);
            Assert.Equal(1, (await new UpkeepStore(Contexts, Time).MarkAsync(retention, Token)).Points);
            (retention.State, retention.FinishedAt) = (OperationState.Failed, Time.GetStoredNow());
            await context.SaveChangesAsync(Token);
        }

        Assert.Equal(0, await LookAsync());
        Time.Advance(BackupScheduler.RetainAgain + TimeSpan.FromMinutes(1));
        Assert.Equal(1, await LookAsync(OperationKinds.ApplyRetention));
        Assert.Equal(0, await LookAsync());
        await FinishAsync();
        Time.Advance(BackupScheduler.RetainAgain + TimeSpan.FromMinutes(1));
        Assert.Equal(0, await LookAsync());
    }

    [Fact]
    public async Task A_policy_that_is_off_takes_none_and_one_that_is_changed_begins_anew()
    {
        await AddSiteAsync("changing");
        var policies = Services.GetRequiredService<PolicyService>();
        await LookAsync();
        var off = Command(new RetentionRules(1, 0, 0, 0, 0)) with { Enabled = false, OffReason = "It moves away." };
        Assert.Equal(PolicyScope.Site, (await policies.SetAsync(Actor.Panel, "changing", off, Token)).Value.Scope);
        Time.Advance(TimeSpan.FromDays(5));
        Assert.Equal(0, await LookAsync());
        Assert.Equal(
            (BackupHealthState.Off, "It moves away."),
            ((await HealthAsync("changing")).State, (await HealthAsync("changing")).OffReason)
        );
        // What was not taken meanwhile was not missed.
        var plan = await policies.SetPlanAsync(Actor.Panel, "large", Command(new RetentionRules(9, 0, 0, 0, 0)), Token);
        Assert.Equal(PolicyScope.Plan, plan.Value.Scope);
        Assert.Equal(
            (PolicyScope.Plan, 9),
            ((await policies.ResetAsync(Actor.Panel, "changing", Token)).Value is var now ? (now.Scope, now.Retention.Last) : default)
        );
        Assert.Equal(0, await LookAsync());
        Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await LookAsync());
        Assert.Equal(PolicyScope.Default, (await policies.ResetPlanAsync(Actor.Panel, "large", Token)).Value.Scope);
    }

    private DateTimeOffset _takenLast;

    private async Task LiveAsync(double days)
    {
        for (var until = Time.GetUtcNow().AddDays(days); Time.GetUtcNow() < until; Time.Advance(TimeSpan.FromHours(1)))
        {
            await LookAsync();
            await FinishAsync();
        }
    }

    private Task<int> LookAsync() =>
        new BackupScheduler(
            Contexts,
            new OperationQueue(Time),
            new Held(),
            Options.Create(new PanelOptions()),
            Time,
            NullLogger<BackupScheduler>.Instance
        ).PlanAsync(Token);

    private async Task<int> LookAsync(string kind)
    {
        await LookAsync();
        await using var context = await Contexts.CreateDbContextAsync(Token);
        return await context.Operations.CountAsync(row => row.State == OperationState.Queued && row.Kind == kind, Token);
    }

    /// <summary>Ends what is queued as the worker would.</summary>
    private async Task FinishAsync(bool retain = true)
    {
        var store = new UpkeepStore(Contexts, Time);
        await using var context = await Contexts.CreateDbContextAsync(Token);
        foreach (var operation in await context.Operations.Where(row => row.State == OperationState.Queued).ToListAsync(Token))
        {
            operation.State = OperationState.Succeeded;
            if (operation.Kind == OperationKinds.TakeBackup)
            {
                Take(context.RestorePoints, operation);
            }
            else if (operation.Kind == OperationKinds.ApplyRetention && retain)
            {
                Assert.Equal([Repository], operation.ArgumentsAs<RemovalArguments>().Repositories);
                var (_, fault) = await store.MarkAsync(operation, Token);
                Assert.True(fault is null or { Code: "clock-implausible" });
                var going = (await store.CopiesAsync(Repository, Token)).Where(copy => copy.GoingAt is not null);
                await store.ForgottenAsync(Repository, [.. going.Select(copy => copy.RestorePointId)], roomIsLeft: false, Token);
                await store.ForgetEmptyAsync(operation.SiteId!.Value, Token);
            }
        }

        await context.SaveChangesAsync(Token);
    }

    private void Take(DbSet<RestorePoint> points, Operation operation)
    {
        var now = Time.GetUtcNow().ToStored();
        var isGood = !_failing.Contains(operation.SiteId!.Value);
        Assert.Equal(
            (RestorePointReason.Schedule, OperationPriority.Schedule),
            (operation.ArgumentsAs<TakeBackupArguments>().Reason, operation.Priority)
        );
        var point = new RestorePoint
        {
            Id = operation.Id,
            SiteId = operation.SiteId!.Value,
            SiteSlug = operation.Target,
            SiteTitle = operation.Target,
            OrganisationId = Guid.Empty,
            Reason = RestorePointReason.Schedule,
            RequestedByName = "panel",
            State = isGood ? RestorePointState.Good : RestorePointState.Failed,
            FaultCode = isGood ? null : "dump-failed",
            StartedAt = now,
            TakenAt = now,
            FinishedAt = now,
        };
        if (isGood)
        {
            point.Copies.Add(
                new RestorePointCopy
                {
                    RestorePointId = point.Id,
                    RepositoryId = Repository,
                    BegunAt = now,
                    SnapshotId = $"{point.Id:N}",
                    ReadBackAt = now,
                }
            );
        }

        points.Add(point);
        _taken.Add(now);
        _takenLast = now;
    }

    private async Task<Guid> AddSiteAsync(string slug)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var organisation = new Organisation
        {
            Id = Guid.CreateVersion7(Time.GetUtcNow()),
            Slug = slug,
            Name = slug,
            PlanName = "large",
            CreatedAt = Time.GetUtcNow(),
        };
        var site = new Site
        {
            Id = Guid.CreateVersion7(Time.GetUtcNow()),
            ShortId = slug,
            Slug = slug,
            OrganisationId = organisation.Id,
            Blueprint = "wordpress",
            BlueprintVersion = 1,
            Title = slug,
            AdminEmail = "admin@example.org",
            Environment = SiteEnvironment.Live,
            State = SiteState.Running,
            SubnetIndex = _sites++,
            CreatedAt = Time.GetUtcNow(),
            ProvisionedAt = Time.GetUtcNow(),
        };
        context.Organisations.Add(organisation);
        context.Sites.Add(site);
        context.BackupRepositories.Add(
            new BackupRepository
            {
                Id = Repository,
                SiteId = site.Id,
                TargetId = await context.BackupTargets.Select(target => target.Id).SingleAsync(Token),
                Key = [],
                ResticId = "r",
                // Not due for a check: those have tests of their own.
                InitialisedAt = DateTimeOffset.MaxValue.ToStored(),
            }
        );
        await context.SaveChangesAsync(Token);
        return site.Id;
    }

    private async Task ChangeAsync(Guid id, Action<Site> change)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        change(await context.Sites.SingleAsync(site => site.Id == id, Token));
        await context.SaveChangesAsync(Token);
    }

    private async Task SetAsync(string slug, RetentionRules rules) =>
        Assert.Null((await Services.GetRequiredService<PolicyService>().SetAsync(Actor.Panel, slug, Command(rules), Token)).Problem);

    private static PolicyCommand Command(RetentionRules rules) =>
        new(Enabled: null, OffReason: null, "0 2 * * *", WindowFrom: null, WindowTo: null, "Europe/Vienna", Targets: null, rules);

    private async Task<int> CountAsync(Guid site)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        return await context.RestorePoints.CountAsync(point => point.SiteId == site && point.State == RestorePointState.Good, Token);
    }

    private async Task<BackupHealth> HealthAsync(string slug) =>
        (await Services.GetRequiredService<BackupHealthService>().GetAsync(Actor.Panel, slug, Token)).Value;

    private sealed class Held : IWorkerLease
    {
        public bool IsHeld => true;
    }
}
