using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HostingPanel.Domains;

/// <summary>
/// Looks where names lead: those that wait to be known as their site's, ever more seldom, and once a day the others. A name that is known
/// never loses anything by a look: one that has strayed is said to. What was not shown to be the site's within a week becomes free.
/// </summary>
internal sealed partial class DomainChecker(
    IDbContextFactory<PanelDbContext> contexts,
    IDnsLookup dns,
    OperationQueue queue,
    IWorkerLease worker,
    IOptions<PanelOptions> options,
    TimeProvider time,
    ILogger<DomainChecker> logger
) : WorkerLoop(worker, time, logger)
{
    /// <summary>So many names in one look; each takes some seconds at most, and the next look comes at once.</summary>
    private const int Batch = 40;
    private const int SideBySide = 8;
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan OfKnown = TimeSpan.FromDays(1);
    private readonly ILogger<DomainChecker> _logger = logger;
    private readonly DomainRules _rules = new(options.Value);

    /// <summary>Somebody may be waiting in front of the button.</summary>
    protected override TimeSpan Interval => TimeSpan.FromSeconds(3);

    protected override string Purpose => "Looking where host names lead";

    protected override Task LookAsync(CancellationToken cancellationToken) => CheckAsync(cancellationToken);

    /// <summary>Looks at those that are due. Says how many that were.</summary>
    public async Task<int> CheckAsync(CancellationToken cancellationToken)
    {
        await ReleaseAsync(cancellationToken);
        var due = await FindDueAsync(cancellationToken);
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken },
            async (domain, token) => await CheckAsync(domain, token)
        );
        return due.Count;
    }

    /// <summary>How long until the next look at a name that was not found to be the site's so often in a row.</summary>
    public static TimeSpan WaitAfter(int misses) => misses >= 7 ? Longest : Shortest * Math.Pow(2, Math.Max(misses - 1, 0));

    private async Task<List<Domain>> FindDueAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        // Scratch sites of drills are not among the sites.
        return await (
            from domain in context.Domains.AsNoTracking()
            join site in context.Sites on domain.SiteId equals site.Id
            // One from before there was a proof has not been looked at yet.
            where
                (domain.NextCheckAt <= now || (domain.NextCheckAt == null && domain.Proof == DomainProof.Accepted))
                && site.State != SiteState.New
            orderby domain.NextCheckAt
            select domain
        )
            .Take(Batch)
            .ToListAsync(cancellationToken);
    }

    private async Task CheckAsync(Domain domain, CancellationToken cancellationToken)
    {
        var addresses = HostName.IsWildcard(domain.Host) ? null : await dns.FindAddressesAsync(domain.Host, cancellationToken);
        var texts = domain.Challenge is null
            ? new DnsFinding([])
            : await dns.FindTextsAsync(HostName.ChallengePrefix + HostName.BaseOf(domain.Host), cancellationToken);
        await WriteAsync(domain.Id, DomainLook.Of(domain, addresses, texts, options.Value.PublicAddressList), cancellationToken);
    }

    private async Task WriteAsync(Guid id, DomainLook look, CancellationToken cancellationToken)
    {
        var now = Time.GetStoredNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var domain = await context.Domains.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        // The lock that every change of a site's names takes.
        var site = domain is null
            ? null
            : await context
                .Sites.FromSql($"SELECT * FROM sites WHERE id = {domain.SiteId} FOR UPDATE")
                .AsNoTracking()
                .SingleOrDefaultAsync(cancellationToken);
        if (domain is null || site is null)
        {
            return;
        }

        await context.Entry(domain).ReloadAsync(cancellationToken);
        if (context.Entry(domain).State == EntityState.Detached)
        {
            return;
        }

        (domain.CheckedAt, domain.Found) = (now, look.Found);
        Judge(domain, look, now, site, context);
        if (domain.Proof != DomainProof.Pending && !domain.IsServed)
        {
            await ServeAsync(context, site, domain, cancellationToken);
        }

        await context.SaveChangesAsync(cancellationToken);
        await DomainChanges.TellAsync(context, site.Id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private void Judge(Domain domain, DomainLook look, DateTimeOffset now, Site site, PanelDbContext context)
    {
        if (_rules.IsGiven(domain.Host, site.Slug))
        {
            (domain.Proof, domain.NextCheckAt, domain.Found) = (DomainProof.Given, null, null);
            return;
        }

        domain.Challenge ??= Domain.NewChallenge();
        if (look.Proof is { } proof && (domain.Proof is DomainProof.Pending or DomainProof.Accepted))
        {
            var isNew = domain.Proof == DomainProof.Pending;
            (domain.Proof, domain.VerifiedAt) = (proof, now);
            if (isNew)
            {
                AuditTrail.Add(
                    context,
                    Actor.Panel,
                    AuditActs.DomainVerify,
                    AuditTarget.Site(site.Id, site.Slug),
                    $"{domain.Host}, by {(proof == DomainProof.Txt ? "a TXT entry" : "its address")}"
                );
            }
        }

        if (domain.Proof == DomainProof.Pending)
        {
            domain.Misses++;
            domain.NextCheckAt = now + WaitAfter(domain.Misses);
            return;
        }

        (domain.Misses, domain.NextCheckAt) = (0, now + OfKnown);
        // Only of what has led here it can be said that it leads elsewhere now; name servers that do not answer say nothing.
        if (look.LeadsHere == true)
        {
            domain.StraysSince = null;
        }
        else if (look.LeadsHere == false && domain.Proof == DomainProof.Address)
        {
            domain.StraysSince ??= now;
        }
    }

    /// <summary>Has the site and the gateway told, unless that is under way.</summary>
    private async Task ServeAsync(PanelDbContext context, Site site, Domain domain, CancellationToken cancellationToken)
    {
        if (
            await context.Operations.AnyAsync(
                operation =>
                    operation.SiteId == site.Id
                    && operation.Kind == OperationKinds.ChangeDomains
                    && (operation.State == OperationState.Queued || operation.State == OperationState.Running),
                cancellationToken
            )
        )
        {
            domain.NextCheckAt = Time.GetStoredNow() + Shortest;
            return;
        }

        var names = await context
            .Domains.Where(other => other.SiteId == site.Id && !other.IsServed && other.Proof != DomainProof.Pending)
            .Select(other => other.Host)
            .ToListAsync(cancellationToken);
        queue.Add(
            context,
            Actor.Panel,
            new OperationRequest(
                OperationKinds.ChangeDomains,
                site.Id,
                site.Slug,
                OperationPriority.Repair,
                Arguments: new ChangeDomainsArguments { Serve = [.. names.Union([domain.Host], StringComparer.Ordinal)] }
            )
        );
        // Should it fail, it is tried again.
        domain.NextCheckAt = Time.GetStoredNow() + Longest;
    }

    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        var before = Time.GetStoredNow() - Domain.Patience;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var late = await context
            .Domains.Where(domain =>
                domain.Proof == DomainProof.Pending && !domain.IsServed && !domain.IsPrimary && domain.CreatedAt < before
            )
            .ToListAsync(cancellationToken);
        foreach (var domain in late)
        {
            var slug = await context
                .Sites.Where(site => site.Id == domain.SiteId)
                .Select(site => site.Slug)
                .SingleOrDefaultAsync(cancellationToken);
            context.Domains.Remove(domain);
            AuditTrail.Add(
                context,
                Actor.Panel,
                AuditActs.DomainRelease,
                AuditTarget.Site(domain.SiteId, slug ?? string.Empty),
                domain.Host
            );
            LogReleased(domain.Host, slug ?? string.Empty);
            await context.SaveChangesAsync(cancellationToken);
            await DomainChanges.TellAsync(context, domain.SiteId, cancellationToken);
        }
    }

    [LoggerMessage(95, LogLevel.Information, "{Host} was not shown to be the name of {Site} within a week; others may have it")]
    private partial void LogReleased(string host, string site);
}
