using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Domains;

/// <summary>The host names of sites: adding them, showing whose they are, and which of them a site calls itself by.</summary>
public sealed class DomainService
{
    /// <summary>So many names a site has at most.</summary>
    public const int MostOfSite = 100;

    /// <summary>So many names an organisation may have waiting at a time: each is kept from everybody else for a week.</summary>
    public const int MostPending = 20;

    /// <summary>Nobody's name servers are asked more often than that because somebody presses a button.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly DomainChanges _changes;
    private readonly DomainReading _reading;
    private readonly DomainRules _rules;
    private readonly DomainAddition _addition;
    private readonly TimeProvider _time;

    internal DomainService(DomainChanges changes, DomainReading reading, IOptions<PanelOptions> options, TimeProvider time)
    {
        (_changes, _reading, _rules, _time) = (changes, reading, new DomainRules(options.Value), time);
        _addition = new DomainAddition(_rules, time);
    }

    /// <summary>The other one of a pair with and without “www.”, as people read it; null where there is none.</summary>
    public static string? TwinOf(string? host) =>
        HostName.Normalise(host, "host").TryGet(out var normal, out _) && HostName.TwinOf(normal) is { } twin
            ? HostName.ToUnicode(twin)
            : null;

    /// <summary>The host names of a site, the primary one first.</summary>
    public Task<Outcome<SiteDomainsView>> ListAsync(Actor actor, string slug, CancellationToken cancellationToken) =>
        _reading.ListAsync(actor, slug, cancellationToken);

    /// <summary>
    /// Gives a site another name. Until it is known whose it is, the name is kept for the site for a week, and not served. Refused:
    /// <c>invalid-request</c>, <c>domain-taken</c>, <c>domain-exists</c>, <c>too-many-domains</c>, <c>too-many-pending-domains</c>, <c>site-is-new</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="command">The name.</param>
    /// <param name="idempotencyKey">Same key and same request: not done again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<Outcome<DomainsChanged>> AddAsync(
        Actor actor,
        string slug,
        AddDomain command,
        string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        _changes.MakeAsync(
            new DomainChange(
                actor,
                slug,
                command.IsAccepted ? Permission.AcceptDomains : Permission.ManageDomains,
                idempotencyKey,
                Idempotency.HashOf("add-domain", new { slug, command })
            ),
            scope => _addition.AddAsync(scope, actor, command, cancellationToken),
            cancellationToken
        );

    /// <summary>Has a name looked at as soon as it can be done. Refused: <c>domain-not-found</c>.</summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="host">The name.</param>
    /// <param name="idempotencyKey">Same key and same request: not done again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<Outcome<DomainsChanged>> VerifyAsync(
        Actor actor,
        string slug,
        string host,
        string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        _changes.MakeAsync(
            new DomainChange(
                actor,
                slug,
                Permission.ManageDomains,
                idempotencyKey,
                Idempotency.HashOf("verify-domain", new { slug, host })
            ),
            scope =>
            {
                if (!scope.Find(host).TryGet(out var domain, out var problem))
                {
                    return Refused(problem);
                }

                if (!_rules.IsGiven(domain.Host, slug))
                {
                    var now = _time.GetStoredNow();
                    domain.NextCheckAt = domain.CheckedAt + Pause > now ? domain.CheckedAt + Pause : now;
                    AuditTrail.Add(scope.Context, actor, AuditActs.DomainCheck, AuditTarget.Site(scope.Site.Id, slug), domain.Host);
                }

                return Unchanged(domain);
            },
            cancellationToken
        );

    /// <summary>Has a name served without proof: for the provider's staff, who know. Refused: <c>domain-not-found</c>, <c>site-busy</c>.</summary>
    /// <param name="actor">Who says so.</param>
    /// <param name="slug">The site.</param>
    /// <param name="host">The name.</param>
    /// <param name="idempotencyKey">Same key and same request: not done again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<Outcome<DomainsChanged>> AcceptAsync(
        Actor actor,
        string slug,
        string host,
        string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        _changes.MakeAsync(
            new DomainChange(
                actor,
                slug,
                Permission.AcceptDomains,
                idempotencyKey,
                Idempotency.HashOf("accept-domain", new { slug, host })
            ),
            scope =>
            {
                if (!scope.Find(host).TryGet(out var domain, out var problem))
                {
                    return Refused(problem);
                }

                if (domain.Proof == DomainProof.Pending)
                {
                    (domain.Proof, domain.VerifiedAt, domain.Misses) = (DomainProof.Accepted, _time.GetStoredNow(), 0);
                    AuditTrail.Add(scope.Context, actor, AuditActs.DomainAccept, AuditTarget.Site(scope.Site.Id, slug), domain.Host);
                }

                return domain.IsServed ? Unchanged(domain) : Changes(domain, new ChangeDomainsArguments { Serve = [domain.Host] });
            },
            cancellationToken
        );

    /// <summary>
    /// Takes a name from a site; others can have it then. Refused: <c>domain-not-found</c>, <c>domain-is-primary</c>, <c>domain-is-given</c>,
    /// <c>site-busy</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="host">The name.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<Outcome<DomainsChanged>> RemoveAsync(Actor actor, string slug, string host, CancellationToken cancellationToken) =>
        _changes.MakeAsync(
            new DomainChange(actor, slug, Permission.ManageDomains, null, []),
            scope =>
            {
                if (!scope.Find(host).TryGet(out var domain, out var problem))
                {
                    return Refused(problem);
                }

                if (domain.IsPrimary)
                {
                    return Refused("domain-is-primary", $"{slug} calls itself “{domain.Host}”. Make another name the primary one first.");
                }

                if (domain.Host == _rules.OwnName(slug))
                {
                    return Refused("domain-is-given", $"“{domain.Host}” comes from the slug of {slug}, and stays with it.");
                }

                if (domain.IsServed)
                {
                    return Changes(domain, new ChangeDomainsArguments { Remove = [domain.Host] });
                }

                scope.Context.Domains.Remove(domain);
                AuditTrail.Add(scope.Context, actor, AuditActs.DomainRemove, AuditTarget.Site(scope.Site.Id, slug), domain.Host);
                return Unchanged(domain);
            },
            cancellationToken
        );

    /// <summary>
    /// Has a site call itself by this name: its containers and its application are told. Refused: <c>domain-not-found</c>,
    /// <c>domain-not-served</c>, <c>domain-is-wildcard</c>, <c>domain-is-primary</c>, <c>site-is-…</c>, <c>site-busy</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="host">The name.</param>
    /// <param name="idempotencyKey">Same key and same request: not done again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<Outcome<DomainsChanged>> MakePrimaryAsync(
        Actor actor,
        string slug,
        string host,
        string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        _changes.MakeAsync(
            new DomainChange(
                actor,
                slug,
                Permission.ManageDomains,
                idempotencyKey,
                Idempotency.HashOf("make-domain-primary", new { slug, host })
            ),
            scope =>
                !scope.Find(host).TryGet(out var domain, out var problem) ? Refused(problem)
                : domain.IsPrimary ? Refused("domain-is-primary", $"{slug} calls itself “{domain.Host}” already.")
                : HostName.IsWildcard(domain.Host)
                    ? Refused("domain-is-wildcard", "A site can't call itself by a name that stands for many.")
                : !domain.IsServed
                    ? Refused(
                        "domain-not-served",
                        $"“{domain.Host}” is not served yet. Show first that it belongs to the site, or have it accepted."
                    )
                : SiteTransitions.WhyNotRunning(scope.Site) is { } refused ? Refused(refused)
                : Changes(
                    domain,
                    new ChangeDomainsArguments { Primary = domain.Host, FormerPrimary = scope.Domains.Find(other => other.IsPrimary)?.Host }
                ),
            cancellationToken
        );

    /// <summary>
    /// Says whether a site answers to each of its names, or whether visitors of the others are sent to the primary one. Refused:
    /// <c>site-busy</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="serves">True where it answers to each.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<Outcome<DomainsChanged>> SetAliasesAsync(Actor actor, string slug, bool serves, CancellationToken cancellationToken) =>
        _changes.MakeAsync(
            new DomainChange(actor, slug, Permission.ManageDomains, null, []),
            scope =>
                scope.Site.ServesAliases == serves
                    ? Unchanged(scope.Domains[0])
                    : Changes(scope.Domains[0], new ChangeDomainsArguments { ServesAliases = serves }),
            cancellationToken
        );

    private static Task<Outcome<DomainWish>> Refused(Problem problem) => Task.FromResult<Outcome<DomainWish>>(problem);

    private static Task<Outcome<DomainWish>> Refused(string code, string message) =>
        Refused(new Problem(ProblemKind.Conflict, code, message));

    private static Task<Outcome<DomainWish>> Unchanged(Domain domain) => Changes(domain, null);

    private static Task<Outcome<DomainWish>> Changes(Domain domain, ChangeDomainsArguments? arguments) =>
        Task.FromResult<Outcome<DomainWish>>(new DomainWish(domain.Id, arguments));
}
