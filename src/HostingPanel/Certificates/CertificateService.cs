using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Certificates;

/// <summary>A certificate that somebody brings.</summary>
/// <param name="Certificate">It and those of its issuers, as PEM.</param>
/// <param name="Key">Its private key, as PEM.</param>
public sealed record UploadedCertificate(string? Certificate, string? Key);

/// <summary>The use cases of certificates: who has which, and what a person wants done about one.</summary>
public sealed class CertificateService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly CertificateReading _reading;
    private readonly OperationQueue _queue;
    private readonly TimeProvider _time;

    internal CertificateService(
        IDbContextFactory<PanelDbContext> contexts,
        CertificateReading reading,
        OperationQueue queue,
        TimeProvider time
    ) => (_contexts, _reading, _queue, _time) = (contexts, reading, queue, time);

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

        var now = _time.GetStoredNow();
        if (!CertificateText.Check(command.Certificate, command.Key, known.Host, now).TryGet(out var served, out var invalid))
        {
            return invalid;
        }

        if (await context.SealingKeys.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is not { } sealing)
        {
            return new Problem(
                ProblemKind.Unavailable,
                "worker-not-ready",
                "The worker has not started yet, so there is nobody to seal the key for. Try again in a moment."
            );
        }

        var row = await RowAsync(context, known, cancellationToken);
        (row.Source, row.Chain, row.Issuer) = (CertificateSource.Uploaded, served.Chain, served.Issuer);
        row.Key = CredentialBox.Seal(sealing.PublicKey, served.Key, HostCertificate.KeyContext(row.Host));
        (row.NotBefore, row.NotAfter, row.InstalledAt) = (served.NotBefore.ToUniversalTime(), served.NotAfter.ToUniversalTime(), now);
        (row.ObtainedBy, row.NextKey) = (null, null);
        (row.Attempts, row.NotBeforeAttempt, row.ProblemCode, row.Problem) = (0, null, null, null);
        var operation = _queue.Add(context, actor, RequestOf(known, OperationKinds.InstallCertificate));
        await context.SaveChangesAsync(cancellationToken);
        return OperationView.From(operation);
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

        if (known.Certificate?.Source != CertificateSource.Uploaded)
        {
            return new Problem(
                ProblemKind.Conflict,
                "certificate-not-uploaded",
                $"The certificate of {known.Host} was not uploaded, so there is nothing to take away."
            );
        }

        context.HostCertificates.Remove(await RowAsync(context, known, cancellationToken));
        var operation = _queue.Add(context, actor, RequestOf(known, OperationKinds.InstallCertificate));
        await context.SaveChangesAsync(cancellationToken);
        return OperationView.From(operation);
    }

    /// <summary>
    /// Asks an authority for a new certificate of a host name at once. Refused: <c>domain-not-found</c>, <c>site-not-served</c>, <c>no-authority</c>,
    /// <c>certificate-authority-not-found</c>, <c>authority-paused</c>, <c>certificate-uploaded</c>, <c>idempotency-key-reused</c>; while one is being asked for, that operation is the answer.
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

            (await RowAsync(context, known, cancellationToken)).AuthorityId = wanted;
            known = known with
            {
                Certificate = new HostCertificate
                {
                    Host = known.Host,
                    SiteId = known.SiteId,
                    AuthorityId = wanted,
                },
            };
        }

        if (WhyNot(known, authorities) is { } refused)
        {
            return refused;
        }

        var operation = _queue.Add(context, actor, RequestOf(known, OperationKinds.ObtainCertificate));
        _queue.Remember(context, actor, idempotencyKey, hash, operation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return OperationView.From(operation);
    }

    /// <summary>An operation about the certificate of a host name. It acts on no site: nothing of one waits for it.</summary>
    internal static OperationRequest RequestOf(
        CertificateReading.Known known,
        string kind,
        OperationPriority priority = OperationPriority.Person
    ) =>
        new(kind, SiteId: null, known.Host, priority, Arguments: new CertificateArguments(known.Host))
        {
            AboutSiteId = known.SiteId,
            OrganisationId = known.OrganisationId,
        };

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

    private static async Task<Outcome<CertificateReading.Known>> FindAsync(
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

    private static async Task<HostCertificate> RowAsync(
        PanelDbContext context,
        CertificateReading.Known known,
        CancellationToken cancellationToken
    )
    {
        var row = await context.HostCertificates.SingleOrDefaultAsync(row => row.Host == known.Host, cancellationToken);
        if (row is not null && row.SiteId != known.SiteId)
        {
            // What another owner of the name has left.
            context.HostCertificates.Remove(row);
            await context.SaveChangesAsync(cancellationToken);
            row = null;
        }

        return row ?? context.HostCertificates.Add(new HostCertificate { Host = known.Host, SiteId = known.SiteId }).Entity;
    }
}
