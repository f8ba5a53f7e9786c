using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Domains;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Sites.Cron;
using HostingPanel.Tests.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Cron;

/// <summary>Which runs are queued when: a clock that the test moves, and rows.</summary>
public sealed class CronSchedulerTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    private static readonly TimeSpan Five = TimeSpan.FromMinutes(5);

    [Fact(Timeout = 60_000)]
    public async Task A_task_runs_when_it_is_due_and_what_was_missed_is_made_up_for_once()
    {
        await AddSiteAsync("site");
        var scheduler = NewScheduler("*/5 * * * *");
        Assert.Equal(0, await scheduler.QueueAsync(Token));
        Time.Advance(Five);
        Assert.Equal(1, await scheduler.QueueAsync(Token));
        var operation = Assert.Single(await RunsAsync());
        Assert.Equal(
            ("run-cron", "site/task", OperationPriority.Schedule, "panel"),
            (operation.Kind, operation.Target, operation.Priority, operation.RequestedByName)
        );

        // While that one waits or runs there is no other, however often it is due.
        Time.Advance(5 * Five);
        Assert.Equal(0, await scheduler.QueueAsync(Token));
        await SettleAsync(OperationState.Succeeded);
        Assert.Equal(1, await scheduler.QueueAsync(Token));
        await SettleAsync(OperationState.Succeeded);
        Assert.Equal(0, await scheduler.QueueAsync(Token));

        // The panel was away for a month.
        Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(1, await scheduler.QueueAsync(Token));
        await SettleAsync(OperationState.Succeeded);
        Assert.Equal(0, await scheduler.QueueAsync(Token));
        Time.Advance(Five);
        Assert.Equal(1, await scheduler.QueueAsync(Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_runs_of_sites_that_are_stopped_left_alone_in_the_trash_or_copies()
    {
        var stopped = await AddSiteAsync("stopped", SiteState.Stopped);
        await AddSiteAsync("trashed", SiteState.Trashed);
        await AddSiteAsync("new", SiteState.New);
        await AddSiteAsync("staging", environment: SiteEnvironment.Staging);
        await AddSiteAsync("drill", environment: SiteEnvironment.Drill);
        await AddSiteAsync("worked-on", handsOffUntil: Time.GetUtcNow().AddHours(1));
        await AddSiteAsync("silent");
        var manager = Services.GetRequiredService<SiteManager>();
        Assert.Null((await manager.UpdateAsync(Actor.Panel, "silent", new UpdateSite(null, null, RunsCron: false), Token)).Problem);
        var scheduler = NewScheduler("*/5 * * * *");
        Assert.Equal(0, await scheduler.QueueAsync(Token));
        Time.Advance(2 * Five);
        Assert.Equal(0, await scheduler.QueueAsync(Token));

        // What was due meanwhile comes once the site is back.
        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await scheduler.QueueAsync(Token));
        Assert.Equal("worked-on/task", Assert.Single(await RunsAsync()).Target);
        await using var context = await Contexts.CreateDbContextAsync(Token);
        await context
            .Sites.Where(site => site.Id == stopped)
            .ExecuteUpdateAsync(set => set.SetProperty(site => site.State, SiteState.Running), Token);
        Assert.Equal(1, await scheduler.QueueAsync(Token));
        Assert.Null((await manager.UpdateAsync(Actor.Panel, "silent", new UpdateSite(null, null, RunsCron: true), Token)).Problem);
        Assert.Equal(1, await scheduler.QueueAsync(Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_entries_follow_the_blueprint()
    {
        var site = await AddSiteAsync("site");
        await NewScheduler("0 4 * * *", "task", "other").QueueAsync(Token);
        await NewScheduler("*/5 * * * *", "task", "new").QueueAsync(Token);
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var entries = await context.CronEntries.Where(entry => entry.SiteId == site).OrderBy(entry => entry.Name).ToListAsync(Token);
        Assert.Equal([("new", "*/5 * * * *"), ("task", "*/5 * * * *")], entries.Select(entry => (entry.Name, entry.Schedule)));
        Assert.All(entries, entry => Assert.True(entry.DueAt <= Time.GetUtcNow() + Five));
        // A blueprint that is not installed for a while takes nothing with it.
        await NewScheduler(new BlueprintCatalogue([])).QueueAsync(Token);
        Assert.Equal(2, await context.CronEntries.CountAsync(Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_person_runs_a_task_at_once_but_never_beside_itself()
    {
        var id = await AddSiteAsync("site", handsOffUntil: Time.GetUtcNow().AddHours(1));
        var service = Services.GetRequiredService<CronService>();
        var run = await service.RunAsync(Actor.Panel, "site", "wp-cron", null, Token);
        Assert.Null(run.Problem);
        Assert.Equal(OperationPriority.Errand, (await LoadAsync(run.Value.Id)).Priority);
        var again = (await service.RunAsync(Actor.Panel, "site", "wp-cron", null, Token)).Problem;
        Assert.Equal(("cron-runs", run.Value.Id), (again?.Code, again?.OperationId));

        var shown = Assert.Single((await service.ListAsync(Actor.Panel, "site", Token)).Value);
        Assert.Equal((run.Value.Id, null, null), (shown.ActiveOperation, shown.NextAt, shown.Last));
        Assert.Contains("Hands off", shown.Paused, StringComparison.Ordinal);
        // Whatever else people want of the site does not wait for it, and nobody is told that the site is busy.
        var stop = await Services.GetRequiredService<SiteManager>().RequestAsync(Actor.Panel, "site", SiteAction.Stop, null, Token);
        Assert.Null(stop.Problem);
        Assert.Equal(id, (await LoadAsync(stop.Value.Id)).SiteId);
    }

    [Fact(Timeout = 60_000)]
    public async Task Runs_that_went_well_are_forgotten_after_hours_and_left_out_of_the_list()
    {
        var site = await AddSiteAsync("site");
        var old = await AddRunAsync(site, OperationState.Succeeded, hoursAgo: 7);
        var failed = await AddRunAsync(site, OperationState.Failed, hoursAgo: 7);
        var young = await AddRunAsync(site, OperationState.Succeeded, hoursAgo: 5);
        using var history = new OperationHistory(
            Contexts,
            new WorkerLease(Contexts, Time, NullLogger<WorkerLease>.Instance),
            Options.Create(new PanelOptions()),
            Time,
            NullLogger<OperationHistory>.Instance
        );
        Assert.Equal(1, await history.ForgetAsync(Token));

        var operations = Services.GetRequiredService<OperationService>();
        Assert.Empty((await operations.ListAsync(Actor.Panel, new OperationFilter(), new PageRequest(), Token)).Value.Items);
        var runs = await operations.ListAsync(Actor.Panel, new OperationFilter(Kind: "run-cron"), new PageRequest(), Token);
        Assert.Equal(new HashSet<Guid> { failed, young }, runs.Value.Items.Select(run => run.Id).ToHashSet());
        Assert.DoesNotContain(old, runs.Value.Items.Select(run => run.Id));
        var unknown = await operations.ListAsync(Actor.Panel, new OperationFilter(Kind: "run-crom"), new PageRequest(), Token);
        Assert.Equal("invalid-request", unknown.Problem?.Code);
    }

    private CronScheduler NewScheduler(string schedule, params string[] names)
    {
        Assert.True(CronSchedule.TryParse(schedule, out var parsed, out var problem), problem);
        var wordPress = Services.GetRequiredService<BlueprintCatalogue>().Get("wordpress")!;
        string[] all = names.Length == 0 ? ["task"] : names;
        return NewScheduler(
            new BlueprintCatalogue([
                wordPress with
                {
                    Cron = [.. all.Select(name => new BlueprintCron(name, parsed, wordPress.Cron[0].Command))],
                },
            ])
        );
    }

    private CronScheduler NewScheduler(BlueprintCatalogue blueprints) =>
        new(
            Contexts,
            blueprints,
            new OperationQueue(Time),
            new WorkerLease(Contexts, Time, NullLogger<WorkerLease>.Instance),
            Options.Create(new PanelOptions()),
            Time,
            NullLogger<CronScheduler>.Instance
        );

    private async Task<List<Operation>> RunsAsync()
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        return await context.Operations.AsNoTracking().ToListAsync(Token);
    }

    private async Task SettleAsync(OperationState state)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var now = Time.GetUtcNow();
        await context.Operations.ExecuteUpdateAsync(
            set => set.SetProperty(operation => operation.State, state).SetProperty(operation => operation.FinishedAt, now),
            Token
        );
    }

    private async Task<Guid> AddRunAsync(Guid site, OperationState state, int hoursAgo)
    {
        var id = await QueueAsync(OperationKinds.RunCron, site, OperationPriority.Schedule);
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var ended = Time.GetUtcNow().AddHours(-hoursAgo);
        await context
            .Operations.Where(operation => operation.Id == id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(operation => operation.State, state).SetProperty(operation => operation.FinishedAt, ended),
                Token
            );
        return id;
    }

    private async Task<Guid> AddSiteAsync(
        string slug,
        SiteState state = SiteState.Running,
        SiteEnvironment environment = SiteEnvironment.Live,
        DateTimeOffset? handsOffUntil = null
    )
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var organisation = await context.Organisations.FirstOrDefaultAsync(Token);
        if (organisation is null)
        {
            organisation = new Organisation
            {
                Id = Guid.CreateVersion7(),
                Slug = "helpers",
                Name = "Helpers",
                PlanName = "large",
                CreatedAt = Time.GetUtcNow(),
            };
            context.Organisations.Add(organisation);
        }

        var site = new Site
        {
            Id = Guid.CreateVersion7(),
            ShortId = slug,
            Slug = slug,
            OrganisationId = organisation.Id,
            Blueprint = "wordpress",
            BlueprintVersion = 1,
            Title = slug,
            AdminEmail = "admin@example.org",
            Environment = environment,
            State = state,
            SubnetIndex = await context.Sites.WithDrills().CountAsync(Token),
            CreatedAt = Time.GetUtcNow(),
            ProvisionedAt = Time.GetUtcNow(),
            HandsOffUntil = handsOffUntil,
        };
        site.Domains.Add(
            new Domain
            {
                Id = Guid.CreateVersion7(),
                SiteId = site.Id,
                Host = $"{slug}.localhost",
                IsPrimary = true,
                CreatedAt = site.CreatedAt,
            }
        );
        context.Sites.Add(site);
        await context.SaveChangesAsync(Token);
        return site.Id;
    }
}
