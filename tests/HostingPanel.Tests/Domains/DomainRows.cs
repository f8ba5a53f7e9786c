using HostingPanel.Access;
using HostingPanel.Domains;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Sites;
using HostingPanel.Tests.Operations;
using HostingPanel.Tests.Simulation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Domains;

/// <summary>Sites of several organisations in a database, and name servers that say what the test wants.</summary>
public abstract class DomainRows(PostgresFixture postgres) : RunnerTest(postgres)
{
    private protected FakeDns Dns { get; } = new();

    private protected DomainService Domains => Services.GetRequiredService<DomainService>();

    private protected DomainChecker NewChecker(params string[] addresses)
    {
        var options = new PanelOptions { PublicAddresses = string.Join(' ', addresses) };
        return new DomainChecker(
            Contexts,
            Dns,
            new OperationQueue(Time),
            new WorkerLease(Contexts, Time, NullLogger<WorkerLease>.Instance),
            Options.Create(options),
            Time,
            NullLogger<DomainChecker>.Instance
        );
    }

    private protected async Task<DomainsChanged> AddAsync(string slug, string host, bool withTwin = false, bool isAccepted = false)
    {
        var outcome = await Domains.AddAsync(Actor.Panel, slug, new AddDomain(host, withTwin, isAccepted), null, Token);
        Assert.Null(outcome.Problem);
        return outcome.Value;
    }

    private protected async Task<string?> WhyNotAsync(string slug, string host) =>
        (await Domains.AddAsync(Actor.Panel, slug, new AddDomain(host), null, Token)).Problem?.Code;

    private protected async Task<DomainView?> FindAsync(string slug, string host) =>
        (await Domains.ListAsync(Actor.Panel, slug, Token)).Value.Find(host);

    /// <summary>As the operation does.</summary>
    private protected async Task ServeAsync(string host)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        await context
            .Domains.Where(domain => domain.Host == host)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.IsServed, true), Token);
        var now = Time.GetUtcNow();
        await context.Operations.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, OperationState.Succeeded).SetProperty(row => row.FinishedAt, now),
            Token
        );
    }

    private protected async Task<Guid> AddSiteAsync(string slug, string organisation = "helpers", SiteState state = SiteState.Running)
    {
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var owner = await context.Organisations.SingleOrDefaultAsync(row => row.Slug == organisation, Token);
        if (owner is null)
        {
            owner = new Organisation
            {
                Id = Guid.CreateVersion7(),
                Slug = organisation,
                Name = organisation,
                PlanName = "large",
                CreatedAt = Time.GetUtcNow(),
            };
            context.Organisations.Add(owner);
        }

        var site = new Site
        {
            Id = Guid.CreateVersion7(),
            ShortId = slug,
            Slug = slug,
            OrganisationId = owner.Id,
            Blueprint = "wordpress",
            BlueprintVersion = 1,
            Title = slug,
            AdminEmail = "admin@example.org",
            Environment = SiteEnvironment.Live,
            State = state,
            SubnetIndex = await context.Sites.WithDrills().CountAsync(Token),
            CreatedAt = Time.GetUtcNow(),
            ProvisionedAt = Time.GetUtcNow(),
        };
        site.Domains.Add(
            new Domain
            {
                Id = Guid.CreateVersion7(),
                SiteId = site.Id,
                Host = $"{slug}.localhost",
                IsPrimary = true,
                CreatedAt = site.CreatedAt,
                Proof = DomainProof.Given,
            }
        );
        context.Sites.Add(site);
        await context.SaveChangesAsync(Token);
        return site.Id;
    }
}
