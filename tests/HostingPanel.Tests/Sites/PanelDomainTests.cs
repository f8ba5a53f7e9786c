using HostingPanel.Domains;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tests.Sites;

/// <summary>The panel is given, as its own name, one that a site has already.</summary>
public sealed class PanelDomainTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task The_name_is_the_panels_and_everything_else_is_served_as_before()
    {
        await using var founded = await FoundedPanel.StartAsync(postgres);
        var engine = new MemoryEngine();
        await using var life = founded.Live(engine);
        await life.LiveAsync(new Chapter(OperationKinds.ProvisionSite, null), killAt: null, Token);
        var host = $"{life.Site.Slug}.localhost";
        Assert.Equal([host], Assert.Single(engine.Routes).Hosts.Select(served => served.Name));
        await using (var context = await life.Panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token))
        {
            var site = await context.Sites.Select(site => site.Id).SingleAsync(Token);
            context.Domains.Add(
                new Domain
                {
                    Id = Guid.CreateVersion7(),
                    SiteId = site,
                    Host = "panel.localhost",
                    IsPrimary = false,
                    CreatedAt = DateTimeOffset.UnixEpoch,
                }
            );
            await context.SaveChangesAsync(Token);
        }

        await life.Panel.Get<IRoutePublisher>().PublishAsync(Token);
        Assert.Equal([host], Assert.Single(engine.Routes).Hosts.Select(served => served.Name));
    }
}
