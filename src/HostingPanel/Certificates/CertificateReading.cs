using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Certificates;

/// <summary>Reads how host names stand, for pages and for who asks authorities alike: both must mean the same.</summary>
internal sealed class CertificateReading(IOptions<PanelOptions> options, TimeProvider time)
{
    /// <summary>A host name that is served, or is about to be, with what is known of its certificate.</summary>
    public sealed record Known(string Host, Guid? SiteId, string? Site, Guid? OrganisationId, bool IsServed, HostCertificate? Certificate)
    {
        public Guid? OperationId { get; init; }

        /// <summary>An operation about its certificate. It acts on no site: nothing of one waits for it.</summary>
        public OperationRequest RequestOf(string kind, OperationPriority priority = OperationPriority.Person) =>
            new(kind, SiteId: null, Host, priority, Arguments: new CertificateArguments(Host))
            {
                AboutSiteId = SiteId,
                OrganisationId = OrganisationId,
            };

        /// <summary>The row of its certificate, to be changed; a new one where it has none.</summary>
        public async Task<HostCertificate> RowAsync(PanelDbContext context, CancellationToken cancellationToken)
        {
            var row = await context.HostCertificates.SingleOrDefaultAsync(row => row.Host == Host, cancellationToken);
            if (row is not null && row.SiteId != SiteId)
            {
                // What another owner of the name has left.
                context.HostCertificates.Remove(row);
                await context.SaveChangesAsync(cancellationToken);
                row = null;
            }

            return row ?? context.HostCertificates.Add(new HostCertificate { Host = Host, SiteId = SiteId }).Entity;
        }
    }

    /// <summary>The names of these sites, each with its certificate; in the order of the names.</summary>
    public static async Task<List<Known>> OfSitesAsync(PanelDbContext context, IQueryable<Site> sites, CancellationToken cancellationToken)
    {
        var rows = await (
            from site in sites
            from domain in site.Domains
            join row in context.HostCertificates on domain.Host equals row.Host into rowsOfHost
            from certificate in rowsOfHost.DefaultIfEmpty()
            orderby domain.Host
            select new
            {
                domain.Host,
                site.Id,
                site.Slug,
                site.OrganisationId,
                IsServed = domain.IsServed
                    && site.State == SiteState.Running
                    && site.Route != null
                    && site.Environment == SiteEnvironment.Live,
                Certificate = certificate,
                OperationId = context
                    .Operations.Where(operation =>
                        operation.Kind == OperationKinds.ObtainCertificate
                        && operation.Target == domain.Host
                        && (operation.State == OperationState.Queued || operation.State == OperationState.Running)
                    )
                    .Select(operation => (Guid?)operation.Id)
                    .FirstOrDefault(),
            }
        )
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return
        [
            .. rows.Select(row => new Known(
                row.Host,
                row.Id,
                row.Slug,
                row.OrganisationId,
                row.IsServed,
                // What is left of a name that had another owner is not this one's.
                row.Certificate?.SiteId == row.Id
                    ? row.Certificate
                    : null
            )
            {
                OperationId = row.OperationId,
            }),
        ];
    }

    /// <summary>The panel's own name.</summary>
    public async Task<Known> OfPanelAsync(PanelDbContext context, CancellationToken cancellationToken)
    {
        var host = options.Value.PanelDomain.ToLowerInvariant();
        return new Known(
            host,
            SiteId: null,
            Site: null,
            OrganisationId: null,
            IsServed: true,
            await context
                .HostCertificates.AsNoTracking()
                .SingleOrDefaultAsync(row => row.Host == host && row.SiteId == null, cancellationToken)
        )
        {
            OperationId = await context
                .Operations.Where(operation =>
                    operation.Kind == OperationKinds.ObtainCertificate
                    && operation.Target == host
                    && (operation.State == OperationState.Queued || operation.State == OperationState.Running)
                )
                .Select(operation => (Guid?)operation.Id)
                .FirstOrDefaultAsync(cancellationToken),
        };
    }

    /// <summary>The authority that is asked for a name; null when there is nobody, or nobody who certifies such a name.</summary>
    public static CertificateAuthority? AuthorityOf(Known known, IReadOnlyList<CertificateAuthority> authorities) =>
        (
            known.Certificate?.AuthorityId is { } id
                ? authorities.FirstOrDefault(authority => authority.Id == id)
                : authorities.FirstOrDefault(authority => authority.IsDefault)
        )
            is { } authority
        && Certifies(authority, known.Host)
            ? authority
            : null;

    /// <summary>Whether an authority certifies such a name at all.</summary>
    public static bool Certifies(CertificateAuthority authority, string host) => authority.IsPrivate || CertificateNames.IsPublic(host);

    /// <summary>When the next one is to be asked for; null when nobody asks by itself.</summary>
    public static DateTimeOffset? DueAt(Known known, CertificateAuthority? authority, DateTimeOffset now)
    {
        if (authority is null || !known.IsServed || known.Certificate?.Source == CertificateSource.Uploaded)
        {
            return null;
        }

        var due = known.Certificate is { NotBefore: { } from, NotAfter: { } until }
            ? CertificateTimes.RenewAt(known.Host, from, until)
            : now;
        return Latest(due, known.Certificate?.NotBeforeAttempt, authority.PausedUntil);
    }

    public CertificateView ViewOf(Known known, IReadOnlyList<CertificateAuthority> authorities)
    {
        var now = time.GetUtcNow();
        var authority = AuthorityOf(known, authorities);
        var row = known.Certificate;
        var (state, words) = StateOf(known, authority, authorities.Count > 0, now);
        return new CertificateView(
            known.Host,
            known.Site,
            state,
            words,
            row?.Source,
            row?.Issuer,
            row?.NotBefore,
            row?.NotAfter,
            row?.NotAfter is null ? null : DueAt(known, authority, now),
            row?.Source == CertificateSource.Uploaded ? null : authority?.Name,
            row?.TriedAt,
            row?.ProblemCode is null || DueAt(known, authority, now) is not { } next ? null : Latest(now, next),
            row?.ProblemCode,
            row?.Problem,
            known.OperationId
        );
    }

    private static (CertificateState State, string Words) StateOf(
        Known known,
        CertificateAuthority? authority,
        bool hasAuthorities,
        DateTimeOffset now
    )
    {
        if (known.Certificate is { NotAfter: { } until } held && until > now)
        {
            return StateOf(known, held, until, authority, now);
        }

        var expired = known.Certificate?.NotAfter is { } past ? $"Its certificate has expired on {past:yyyy-MM-dd}. " : string.Empty;
        return known switch
        {
            { OperationId: not null } => (CertificateState.Asking, $"{expired}{authority?.Name ?? "An authority"} is being asked for one."),
            { Certificate: { ProblemCode: not null, Problem: var problem } } => (CertificateState.Failing, $"{expired}{problem}"),
            _ when authority is { PausedUntil: { } pause } && pause > now => (
                CertificateState.Waiting,
                $"{expired}{authority.Name} was asked too often; it is asked again at {pause:yyyy-MM-dd HH:mm} UTC."
            ),
            _ when authority is not null && known.IsServed => (
                CertificateState.Waiting,
                $"{expired}{authority.Name} is asked in a moment."
            ),
            _ when authority is not null => (CertificateState.None, $"{expired}One is asked for as soon as the name is served."),
            _ when !hasAuthorities => (
                CertificateState.None,
                $"{expired}It has the panel's self-signed certificate, for no certificate authority is set up. Browsers warn of it."
            ),
            _ => (
                CertificateState.None,
                $"{expired}It has the panel's self-signed certificate: no authority of the world certifies such a name."
            ),
        };
    }

    /// <summary>One that counts stands as its own life says: that asking for the next one has failed early takes nothing from it.</summary>
    private static (CertificateState State, string Words) StateOf(
        Known known,
        HostCertificate held,
        DateTimeOffset until,
        CertificateAuthority? authority,
        DateTimeOffset now
    )
    {
        if (held.Source == CertificateSource.Uploaded)
        {
            return until - now >= CertificateTimes.Worry
                ? (CertificateState.Good, $"Certified by {held.Issuer} until {until:yyyy-MM-dd}.")
                : (
                    CertificateState.RunningOut,
                    $"The uploaded certificate runs out on {until:yyyy-MM-dd}. Upload the next one, or take it away to have one from an authority."
                );
        }

        var from = held.NotBefore ?? until;
        var isDue = now >= CertificateTimes.RenewAt(known.Host, from, until);
        return (isDue, held) switch
        {
            (false, { ProblemCode: null }) => (CertificateState.Good, $"Certified by {held.Issuer} until {until:yyyy-MM-dd}."),
            (false, _) => (
                CertificateState.Good,
                $"Certified by {held.Issuer} until {until:yyyy-MM-dd}. A new one was asked for early, and could not be had: {held.Problem}"
            ),
            // Nobody visits what is not served; the next one is asked for as soon as somebody can.
            (true, _) when !known.IsServed => (
                CertificateState.Good,
                $"Certified by {held.Issuer} until {until:yyyy-MM-dd}. The next one is asked for as soon as the name is served."
            ),
            (true, { ProblemCode: not null }) => (
                CertificateState.RunningOut,
                $"It runs out on {until:yyyy-MM-dd}, and the next one could not be had: {held.Problem}"
            ),
            (true, _) when authority is null => (
                CertificateState.RunningOut,
                $"It runs out on {until:yyyy-MM-dd}, and no authority is set up that could be asked for the next one."
            ),
            (true, _) when CertificateTimes.IsLate(from, until, now) => (
                CertificateState.RunningOut,
                $"It runs out on {until:yyyy-MM-dd}, and the next one is not there yet."
            ),
            _ => (CertificateState.Good, $"Certified by {held.Issuer} until {until:yyyy-MM-dd}. The next one is due."),
        };
    }

    private static DateTimeOffset Latest(DateTimeOffset first, params DateTimeOffset?[] others) =>
        others.OfType<DateTimeOffset>().Append(first).Max();
}
