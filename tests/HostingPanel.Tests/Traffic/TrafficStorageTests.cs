using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Blueprints;
using HostingPanel.Certificates;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Tests.Operations;
using HostingPanel.Tests.Simulation;
using HostingPanel.Traffic;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Traffic;

/// <summary>What is stored of sites' visitors on its way to the gateway, and of what the gateway refused on its way back.</summary>
public sealed class TrafficStorageTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    private readonly Gateway _gateway = new();

    [Fact(Timeout = 60_000)]
    public async Task What_is_set_reaches_the_gateway_and_it_is_written_down_when_and_why_not()
    {
        await AddSiteAsync("food-bank");
        await SetAsync(new TrafficCommand { InMaintenance = true, PagesPerMinute = 100 });
        _gateway.Refuses = true;
        using var publisher = NewPublisher();

        await Assert.ThrowsAsync<PlatformException>(() => publisher.PublishAsync(Token));
        var refused = await ViewAsync();
        Assert.Equal((null, "Not like this."), (refused.AppliedAt, refused.Fault));

        _gateway.Refuses = false;
        await publisher.PublishAsync(Token);
        var applied = await ViewAsync();
        Assert.NotNull(applied.AppliedAt);
        Assert.Null(applied.Fault);
        var route = Assert.Single(_gateway.Routes);
        Assert.Equal((true, 100), (route.Traffic.InMaintenance, route.Traffic.PagesPerMinute));
        Assert.Contains("/wp-login.php", route.Traffic.ExpensivePaths);
    }

    [Fact(Timeout = 60_000)]
    public async Task Settings_that_cannot_be_read_keep_their_site_from_the_gateway_and_no_other()
    {
        var broken = await AddSiteAsync("food-bank");
        await AddSiteAsync("choir");
        await SetAsync(new TrafficCommand { Login = new TrafficLoginCommand("preview", "a password") });
        await using (var context = await Contexts.CreateDbContextAsync(Token))
        {
            await context
                .TrafficSettings.Where(row => row.SiteId == broken)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Settings, """{"login":7}"""), Token);
        }

        using var publisher = NewPublisher();
        await publisher.PublishAsync(Token);

        Assert.Equal("choir", Assert.Single(_gateway.Routes).Slug);
    }

    [Fact(Timeout = 60_000)]
    public async Task Refused_requests_are_summed_by_the_hour_and_an_address_counts_once()
    {
        var site = await AddSiteAsync("food-bank");
        var counter = NewCounter();
        // What was counted before anybody looked is in the last hour's figures alone.
        await counter.WriteAsync([Count("192.0.2.1", 100, 40)], Token);
        await counter.WriteAsync(
            [Count("192.0.2.1", 130, 70), Count("192.0.2.2", 5, 5), Count("192.0.2.2", 7, 7, TrafficRefusal.Queue)],
            Token
        );
        await counter.WriteAsync([Count("192.0.2.1", 131, 71), Count("192.0.2.9", 1, 1) with { Slug = "nobody" }], Token);
        // The gateway was started anew.
        await counter.WriteAsync([Count("192.0.2.1", 3, 3)], Token);

        await using var context = await Contexts.CreateDbContextAsync(Token);
        var hours = await context.RefusedHours.Where(row => row.SiteId == site).OrderBy(row => row.Reason).ToListAsync(Token);
        Assert.Equal(
            [(TrafficRefusal.Pages, 39L, 2), (TrafficRefusal.Queue, 7L, 1)],
            hours.Select(row => (row.Reason, row.Requests, row.Addresses))
        );
        var view = await ViewAsync();
        Assert.Equal([new RefusedView(TrafficRefusal.Any, 3, 1), new RefusedView(TrafficRefusal.Pages, 3, 1)], view.Refused);
        Assert.Equal(46, view.RefusedToday);

        // Old figures say nothing of the last hour, and old sums are forgotten.
        Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty((await ViewAsync()).Refused);
        Time.Advance(RefusalCounter.Kept + TimeSpan.FromDays(1));
        await counter.WriteAsync([], Token);
        Assert.Empty(await context.RefusedHours.AsNoTracking().ToListAsync(Token));
    }

    private static RefusalCount Count(string address, long total, long lately, TrafficRefusal reason = TrafficRefusal.Pages) =>
        new("food-bank", reason, address, total, lately);

    private async Task SetAsync(TrafficCommand command) =>
        Assert.Null((await Services.GetRequiredService<TrafficService>().SetAsync(Actor.Panel, "food-bank", command, Token)).Problem);

    private async Task<TrafficView> ViewAsync() =>
        (await Services.GetRequiredService<TrafficService>().GetAsync(Actor.Panel, "food-bank", Token)).Value;

    private RoutePublisher NewPublisher()
    {
        var options = Services.GetRequiredService<IOptions<PanelOptions>>();
        var protector = new FakeProtector();
        var store = new SiteStore(Contexts, Services.GetRequiredService<BlueprintCatalogue>(), protector, options);
        var certificates = new CertificateStore(
            Contexts,
            protector,
            new SealingKeys(Contexts, protector),
            Services.GetRequiredService<CertificateReading>(),
            NullLogger<CertificateStore>.Instance
        );
        return new RoutePublisher(
            Contexts,
            store,
            certificates,
            _gateway,
            new TrafficStore(Contexts, Time),
            options,
            NullLogger<RoutePublisher>.Instance
        );
    }

    private RefusalCounter NewCounter() =>
        new(
            new NoRefusals(),
            Contexts,
            new WorkerLease(Contexts, Time, NullLogger<WorkerLease>.Instance),
            Time,
            NullLogger<RefusalCounter>.Instance
        );

    private async Task<Guid> AddSiteAsync(string slug)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var organisation = new Organisation
        {
            Id = Guid.CreateVersion7(),
            Slug = slug,
            Name = "Helpers",
            PlanName = "large",
            CreatedAt = Time.GetUtcNow(),
        };
        context.Organisations.Add(organisation);
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
            Environment = SiteEnvironment.Live,
            State = SiteState.Running,
            Route = RouteMode.Serve,
            SubnetIndex = await context.Sites.CountAsync(Token),
            CreatedAt = Time.GetUtcNow(),
        };
        context.Sites.Add(site);
        await context.SaveChangesAsync(Token);
        return site.Id;
    }

    private sealed class Gateway : IGateway
    {
        public bool Refuses { get; set; }

        public IReadOnlyList<Route> Routes { get; private set; } = [];

        public Task ApplyAsync(IReadOnlyList<Route> routes, GatewayTrust trust, CancellationToken cancellationToken)
        {
            if (Refuses)
            {
                throw new PlatformException("gateway-refused", "Not like this.");
            }

            Routes = routes;
            return Task.CompletedTask;
        }

        public Task<ProbeResult> ProbeAsync(string host, string path, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    private sealed class NoRefusals : IGatewayRefusals
    {
        public Task<IReadOnlyList<RefusalCount>?> ReadAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<RefusalCount>?>(null);
    }
}
