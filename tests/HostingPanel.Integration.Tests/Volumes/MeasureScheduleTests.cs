using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HostingPanel.Integration.Tests.Volumes;

/// <summary>When the volumes of which site are measured: a clock of its own, a real PostgreSQL, no engine.</summary>
public sealed class MeasureScheduleTests : IAsyncLifetime
{
    private readonly Clock _clock = new();
    private TestDatabase? _database;
    private ServiceProvider? _services;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IDbContextFactory<PanelDbContext> Contexts => _services!.GetRequiredService<IDbContextFactory<PanelDbContext>>();

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal) { ["Database:ConnectionString"] = _database.ConnectionString }
            )
            .Build();
        _services = new ServiceCollection().AddLogging().AddPanel(configuration).BuildServiceProvider();
        await using var context = await Contexts.CreateDbContextAsync(Cancellation);
        await context.Database.MigrateAsync(Cancellation);
        await context.Database.ExecuteSqlAsync(
            $"INSERT INTO organisations (id, slug, name, plan_name, created_at) VALUES (gen_random_uuid(), 'o', 'O', 'large', now())",
            Cancellation
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_new_site_is_measured_soon_and_then_once_a_day()
    {
        var schedule = NewSchedule();
        var site = await AddSiteAsync("new", SiteState.Running);
        Assert.Equal(0, await schedule.QueueAsync(Cancellation));
        _clock.Now += MeasureSchedule.Settling + TimeSpan.FromSeconds(1);
        Assert.Equal(1, await schedule.QueueAsync(Cancellation));
        // Once, however often it is looked at, and whoever else looks.
        Assert.Equal(0, await schedule.QueueAsync(Cancellation));
        Assert.Equal(0, await NewSchedule().QueueAsync(Cancellation));
        await using (var context = await Contexts.CreateDbContextAsync(Cancellation))
        {
            var operation = await context.Operations.SingleAsync(Cancellation);
            Assert.Equal(
                ("measure-volumes", OperationPriority.Background, "node-1", "panel"),
                (operation.Kind, operation.Priority, operation.Node, operation.RequestedByName)
            );
        }

        await MeasuredAsync(site);
        _clock.Now += TimeSpan.FromHours(23);
        Assert.Equal(0, await schedule.QueueAsync(Cancellation));
        _clock.Now += TimeSpan.FromHours(1.1);
        Assert.Equal(1, await schedule.QueueAsync(Cancellation));
    }

    [Fact]
    public async Task One_that_failed_or_made_way_is_tried_again_after_a_pause()
    {
        var schedule = NewSchedule();
        await AddSiteAsync("failing", SiteState.Running);
        _clock.Now += TimeSpan.FromMinutes(2);
        Assert.Equal(1, await schedule.QueueAsync(Cancellation));
        await using (var context = await Contexts.CreateDbContextAsync(Cancellation))
        {
            await context.Operations.ExecuteUpdateAsync(
                set => set.SetProperty(operation => operation.State, OperationState.Failed),
                Cancellation
            );
        }

        Assert.Equal(0, await schedule.QueueAsync(Cancellation));
        _clock.Now += MeasureSchedule.Again + TimeSpan.FromSeconds(1);
        Assert.Equal(1, await schedule.QueueAsync(Cancellation));
    }

    [Fact]
    public async Task Sites_without_volumes_in_the_engine_and_sites_in_the_trash_are_left_alone()
    {
        var schedule = NewSchedule();
        foreach (var state in new[] { SiteState.New, SiteState.Failed, SiteState.Trashed })
        {
            await AddSiteAsync($"{state}".ToLowerInvariant(), state);
        }

        _clock.Now += TimeSpan.FromDays(3);
        Assert.Equal(0, await schedule.QueueAsync(Cancellation));
        await AddSiteAsync("stopped", SiteState.Stopped);
        _clock.Now += TimeSpan.FromMinutes(2);
        Assert.Equal(1, await schedule.QueueAsync(Cancellation));
    }

    [Fact]
    public async Task Measurements_are_dropped_when_no_chart_shows_them_any_more()
    {
        var site = await AddSiteAsync("old", SiteState.Running);
        await using var context = await Contexts.CreateDbContextAsync(Cancellation);
        var volume = await context.Volumes.Where(row => row.SiteId == site).Select(row => row.Id).SingleAsync(Cancellation);
        foreach (var months in new[] { 0, 12, 14, 100 })
        {
            context.VolumeMeasurements.Add(
                new VolumeMeasurement
                {
                    VolumeId = volume,
                    MeasuredAt = _clock.Now.AddMonths(-months),
                    Bytes = 1,
                    ApparentBytes = 1,
                    Files = months,
                }
            );
        }

        await context.SaveChangesAsync(Cancellation);
        await NewSchedule().DropAsync(Cancellation);
        Assert.Equal(
            [0, 12],
            await context.VolumeMeasurements.OrderBy(row => row.Files).Select(row => row.Files).ToListAsync(Cancellation)
        );
    }

    private MeasureSchedule NewSchedule() =>
        new(
            Contexts,
            new OperationQueue(_clock),
            new Held(),
            Options.Create(new VolumesOptions()),
            _clock,
            NullLogger<MeasureSchedule>.Instance
        );

    private async Task<Guid> AddSiteAsync(string slug, SiteState state)
    {
        await using var context = await Contexts.CreateDbContextAsync(Cancellation);
        var site = new Site
        {
            Id = Guid.CreateVersion7(_clock.Now),
            ShortId = slug,
            Slug = slug,
            OrganisationId = await context.Organisations.Select(row => row.Id).SingleAsync(Cancellation),
            Blueprint = "wordpress",
            BlueprintVersion = 1,
            Title = slug,
            AdminEmail = "admin@example.org",
            Environment = SiteEnvironment.Live,
            State = state,
            SubnetIndex = await context.Sites.CountAsync(Cancellation),
            CreatedAt = _clock.Now,
            ProvisionedAt = state is SiteState.New or SiteState.Failed ? null : _clock.Now,
        };
        site.Volumes.Add(
            new Volume
            {
                Id = Guid.CreateVersion7(_clock.Now),
                SiteId = site.Id,
                Name = "content",
                Kind = Blueprints.VolumeKind.Files,
                EngineName = $"v-{slug}",
                MountedBy = ["web:/data"],
                CreatedAt = _clock.Now,
                NodeId = "node-1",
            }
        );
        context.Sites.Add(site);
        await context.SaveChangesAsync(Cancellation);
        return site.Id;
    }

    private async Task MeasuredAsync(Guid site)
    {
        await using var context = await Contexts.CreateDbContextAsync(Cancellation);
        var now = _clock.Now;
        await context
            .Volumes.Where(volume => volume.SiteId == site)
            .ExecuteUpdateAsync(set => set.SetProperty(volume => volume.MeasuredAt, now), Cancellation);
        await context.Operations.ExecuteUpdateAsync(
            set => set.SetProperty(operation => operation.State, OperationState.Succeeded),
            Cancellation
        );
    }

    private sealed class Held : IWorkerLease
    {
        public bool IsHeld => true;
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
