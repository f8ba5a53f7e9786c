using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Certificates;

/// <summary>The use cases of certificates: who has which, and what a person wants done about one.</summary>
public sealed class CertificateService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly CertificateReading _reading;
    private readonly UploadedCertificates _uploaded;
    private readonly OperationQueue _queue;
    private readonly TimeProvider _time;

    internal CertificateService(
        IDbContextFactory<PanelDbContext> contexts,
        CertificateReading reading,
        UploadedCertificates uploaded,
        OperationQueue queue,
        TimeProvider time
    ) => (_contexts, _reading, _uploaded, _queue, _time) = (contexts, reading, uploaded, queue, time);

    /// <summary>The certificates of a site's host names.</summary>
    public async Task<Outcome<IReadOnlyList<CertificateView>>> ListOfSiteAsync(
        Actor actor,
        string slug,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.ReadSites, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        var authorities = await context.CertificateAuthorities.AsNoTracking().ToListAsync(cancellationToken);
        var known = await CertificateReading.OfSitesAsync(context, context.Sites.Where(row => row.Id == site.Id), cancellationToken);
        return new Outcome<IReadOnlyList<CertificateView>>([.. known.Select(one => _reading.ViewOf(one, authorities))]);
    }

    /// <summary>
    /// The certificates of all host names that the actor may see, those that need somebody first; for the provider's staff the panel's own, too.
    /// </summary>
    public async Task<Outcome<IReadOnlyList<CertificateView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.CheckAnywhere(actor, Permission.ReadSites) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var authorities = await context.CertificateAuthorities.AsNoTracking().ToListAsync(cancellationToken);
        var sites = context.Sites.VisibleTo(actor, Permission.ReadSites).Where(site => site.State != SiteState.Trashed);
        var known = await CertificateReading.OfSitesAsync(context, sites, cancellationToken);
        if (AccessPolicy.ReachOf(actor, Permission.ReadSettings).IsEverywhere)
        {
            known.Add(await _reading.OfPanelAsync(context, cancellationToken));
        }

        return new Outcome<IReadOnlyList<CertificateView>>([
            .. known
                .Select(one => _reading.ViewOf(one, authorities))
                .OrderByDescending(view => view.State is CertificateState.Failing or CertificateState.RunningOut)
                .ThenBy(view => view.NotAfter ?? DateTimeOffset.MaxValue)
                .ThenBy(view => view.Host, StringComparer.Ordinal),
        ]);
    }

    /// <summary>
    /// Serves a host name with a certificate that somebody brings; it is renewed by nobody but them. Refused: <c>invalid-request</c> (it does not
    /// match, has expired, has no chain), <c>domain-not-found</c>, <c>worker-not-ready</c>.
    /// </summary>
    public async Task<Outcome<OperationView>> UploadAsync(
        Actor actor,
        string slug,
        string host,
        UploadedCertificate command,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await FindAsync(context, actor, slug, host, cancellationToken)).TryGet(out var known, out var problem))
        {
            return problem;
        }

        return await _uploaded.StoreAsync(context, actor, known, command, cancellationToken);
    }

    /// <summary>
    /// Takes an uploaded certificate away: an authority is asked again, and until then the self-signed one is served. Refused:
    /// <c>domain-not-found</c>, <c>certificate-not-uploaded</c>.
    /// </summary>
    public async Task<Outcome<OperationView>> ForgetAsync(Actor actor, string slug, string host, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await FindAsync(context, actor, slug, host, cancellationToken)).TryGet(out var known, out var problem))
        {
            return problem;
        }

        return await _uploaded.ForgetAsync(context, actor, known, cancellationToken);
    }

    /// <summary>
    /// Asks an authority for a new certificate of a host name at once. Refused: <c>domain-not-found</c>, <c>site-not-served</c>, <c>no-authority</c>,
    /// <c>certificate-authority-not-found</c>, <c>authority-paused</c>, <c>certificate-uploaded</c>, <c>certificate-being-asked-for</c> (and another authority is wanted), <c>idempotency-key-reused</c>; while one is being
    /// asked for, that operation is the answer.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="host">The name.</param>
    /// <param name="authorityId">Who is to be asked from now on; null for whoever is asked now.</param>
    /// <param name="idempotencyKey">Same key and same request: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> AskAsync(
        Actor actor,
        string slug,
        string host,
        Guid? authorityId,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await FindAsync(context, actor, slug, host, cancellationToken)).TryGet(out var known, out var problem))
        {
            return problem;
        }

        var hash = Idempotency.HashOf(OperationKinds.ObtainCertificate, new { known.Host, authorityId });
        var same = await OperationQueue.FindAsync(context, actor, idempotencyKey, hash, cancellationToken);
        if (same.Problem is { } reused)
        {
            return reused;
        }

        if (same.Value is { } asked)
        {
            return OperationView.From(asked);
        }

        if (known.OperationId is { } running)
        {
            if (authorityId is not null && authorityId != known.Certificate?.AuthorityId)
            {
                return Conflict(
                    "certificate-being-asked-for",
                    $"A certificate of {known.Host} is being asked for just now. Choose another authority when that has ended."
                );
            }

            return OperationView.From(
                await context.Operations.AsNoTracking().Include(row => row.Steps).SingleAsync(row => row.Id == running, cancellationToken)
            );
        }

        var authorities = await context.CertificateAuthorities.AsNoTracking().ToListAsync(cancellationToken);
        if (authorityId is { } wanted)
        {
            if (authorities.TrueForAll(authority => authority.Id != wanted))
            {
                return Problem.NotFound("certificate-authority", wanted.ToString());
            }

            (await known.RowAsync(context, cancellationToken)).AuthorityId = wanted;
            known = known with
            {
                Certificate = new HostCertificate
                {
                    Host = known.Host,
                    SiteId = known.SiteId,
                    AuthorityId = wanted,
                    Source = known.Certificate?.Source,
                },
            };
        }

        if (WhyNot(known, authorities) is { } refused)
        {
            return refused;
        }

        var operation = _queue.Add(context, actor, known.RequestOf(OperationKinds.ObtainCertificate));
        _queue.Remember(context, actor, idempotencyKey, hash, operation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return OperationView.From(operation);
    }

    private Problem? WhyNot(CertificateReading.Known known, IReadOnlyList<CertificateAuthority> authorities)
    {
        if (known.Certificate?.Source == CertificateSource.Uploaded)
        {
            return Conflict("certificate-uploaded", $"The certificate of {known.Host} was uploaded. Take it away first.");
        }

        if (CertificateReading.AuthorityOf(known, authorities) is not { } authority)
        {
            return Conflict(
                "no-authority",
                authorities.Count == 0
                    ? "There is no certificate authority to ask. Set one up at Certificates first."
                    : $"No authority that is set up certifies {known.Host}: it is no name of the world's."
            );
        }

        return !known.IsServed
                ? Conflict(
                    "site-not-served",
                    $"{known.Host} is not served: {known.Site} does not run, or it is not known yet that the name is its own. An authority would find nobody there."
                )
            : authority.PausedUntil > _time.GetUtcNow()
                ? Conflict(
                    "authority-paused",
                    $"{authority.Name} was asked too often ({authority.PausedWhy}). It is asked again at {authority.PausedUntil:yyyy-MM-dd HH:mm} UTC."
                )
            : null;
    }

    private static Problem Conflict(string code, string message) => new(ProblemKind.Conflict, code, message);

    /// <summary>A host name of a site, for who may change the site.</summary>
    internal static async Task<Outcome<CertificateReading.Known>> FindAsync(
        PanelDbContext context,
        Actor actor,
        string slug,
        string host,
        CancellationToken cancellationToken
    )
    {
        if (!(await context.FindSiteAsync(actor, Permission.ChangeSites, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        var sites = context.Sites.Where(row => row.Id == site.Id);
        return (await CertificateReading.OfSitesAsync(context, sites, cancellationToken)).Find(known => known.Host == host) is { } found
            ? found
            : Problem.NotFound("domain", host);
    }
}
