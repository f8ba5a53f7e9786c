using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Certificates;

/// <summary>
/// Sees which host names need a certificate, the first one or the next, and queues asking for it: of each authority only so many an hour.
/// Removes what is left of names that nobody has any more.
/// </summary>
internal sealed class CertificateScheduler(
    IDbContextFactory<PanelDbContext> contexts,
    CertificateReading reading,
    OperationQueue queue,
    IWorkerLease worker,
    TimeProvider time,
    ILogger<CertificateScheduler> logger
) : WorkerLoop(worker, time, logger)
{
    protected override TimeSpan Interval => TimeSpan.FromSeconds(30);

    protected override string Purpose => "Looking after certificates";

    protected override Task LookAsync(CancellationToken cancellationToken) => QueueAsync(cancellationToken);

    /// <summary>Queues what is due. Says for which names.</summary>
    public async Task<IReadOnlyList<string>> QueueAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context
            .HostCertificates.Where(row =>
                row.SiteId != null && !context.Domains.Any(domain => domain.Host == row.Host && domain.SiteId == row.SiteId)
            )
            .ExecuteDeleteAsync(cancellationToken);
        var authorities = await context.CertificateAuthorities.AsNoTracking().ToListAsync(cancellationToken);
        if (authorities.Count == 0)
        {
            return [];
        }

        var now = Time.GetStoredNow();
        List<CertificateReading.Known> all =
        [
            await reading.OfPanelAsync(context, cancellationToken),
            .. await CertificateReading.OfSitesAsync(
                context,
                context.Sites.Where(site => site.State == SiteState.Running),
                cancellationToken
            ),
        ];
        var due = all.Where(known => known.OperationId is null)
            .Select(known => (Known: known, Authority: CertificateReading.AuthorityOf(known, authorities)))
            .Select(pair => (pair.Known, pair.Authority, At: CertificateReading.DueAt(pair.Known, pair.Authority, now)))
            .Where(row => row.At <= now)
            // Whose visitors see a warning goes before who has one for weeks still.
            .OrderBy(row => row.Known.Certificate?.NotAfter ?? DateTimeOffset.MinValue)
            .ThenBy(row => row.Known.Host, StringComparer.Ordinal)
            .ToList();
        var lately = now - TimeSpan.FromHours(1);
        var asked = all.Where(known => known.Certificate?.TriedAt > lately || known.OperationId is not null)
            .GroupBy(known => CertificateReading.AuthorityOf(known, authorities)?.Id ?? Guid.Empty)
            .ToDictionary(group => group.Key, group => group.Count());
        List<string> queued = [];
        foreach (var (known, authority, _) in due)
        {
            var count = asked.GetValueOrDefault(authority!.Id);
            if (count >= CertificateTimes.OrdersAnHour)
            {
                continue;
            }

            asked[authority.Id] = count + 1;
            queue.Add(context, Actor.Panel, known.RequestOf(OperationKinds.ObtainCertificate, OperationPriority.Schedule));
            queued.Add(known.Host);
        }

        await context.SaveChangesAsync(cancellationToken);
        return queued;
    }
}
