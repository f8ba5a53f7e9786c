using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Domains;

/// <summary>Gives a site another name: what speaks against it, and what is kept for it until it is known whose the name is.</summary>
internal sealed class DomainAddition(DomainRules rules, TimeProvider time)
{
    /// <summary>Keeps the name, and its twin if that is wanted; says what has to be done for the gateway to serve them.</summary>
    public async Task<Outcome<DomainWish>> AddAsync(DomainScope scope, Actor actor, AddDomain command, CancellationToken cancellationToken)
    {
        if (!HostName.NormaliseWithWildcard(command.Host, "host").TryGet(out var host, out var problem))
        {
            return problem;
        }

        if (rules.Fault(host, scope.Site.Slug) is { } fault)
        {
            return Problem.Invalid("host", fault);
        }

        var twin = command.WithTwin ? HostName.TwinOf(host) : null;
        List<string> wanted = twin is null || scope.Domains.Exists(domain => domain.Host == twin) ? [host] : [host, twin];
        if (await WhyNotAsync(scope, wanted, command.IsAccepted, cancellationToken) is { } refused)
        {
            return refused;
        }

        var added = wanted.ConvertAll(name => NewRow(scope.Site, name, command.IsAccepted, name == host ? null : host));
        scope.Context.Domains.AddRange(added);
        AuditTrail.Add(
            scope.Context,
            actor,
            command.IsAccepted ? AuditActs.DomainAccept : AuditActs.DomainAdd,
            AuditTarget.Site(scope.Site.Id, scope.Site.Slug),
            string.Join(", ", wanted)
        );
        return added[0].Proof == DomainProof.Pending
            ? new DomainWish(added[0].Id, null)
            : new DomainWish(added[0].Id, new ChangeDomainsArguments { Serve = [.. wanted] });
    }

    private async Task<Problem?> WhyNotAsync(DomainScope scope, List<string> wanted, bool isAccepted, CancellationToken cancellationToken)
    {
        var (context, site) = (scope.Context, scope.Site);
        if (scope.Domains.Exists(domain => domain.Host == wanted[0]))
        {
            return new Problem(ProblemKind.Conflict, "domain-exists", $"{site.Slug} has the name “{wanted[0]}” already.");
        }

        if (scope.Domains.Count + wanted.Count > DomainService.MostOfSite)
        {
            return new Problem(
                ProblemKind.LimitReached,
                "too-many-domains",
                $"A site has at most {DomainService.MostOfSite} names. Remove one first."
            );
        }

        await DomainRules.LockAsync(context, cancellationToken);
        if (await DomainRules.FindTakenAsync(context, wanted, site.OrganisationId, cancellationToken) is { } taken)
        {
            return SiteCreationChecks.DomainTaken(taken);
        }

        if (isAccepted || rules.IsGiven(wanted[0], site.Slug))
        {
            return null;
        }

        var pending = await context.Domains.CountAsync(
            domain =>
                domain.Proof == DomainProof.Pending
                && context.Sites.Any(other => other.Id == domain.SiteId && other.OrganisationId == site.OrganisationId),
            cancellationToken
        );
        return pending + wanted.Count > DomainService.MostPending
            ? new Problem(
                ProblemKind.LimitReached,
                "too-many-pending-domains",
                $"{pending} names of this organisation wait to be verified. Verify or remove some of them first."
            )
            : null;
    }

    private Domain NewRow(Site site, string host, bool isAccepted, string? redirectTo)
    {
        var now = time.GetStoredNow();
        var proof =
            rules.IsGiven(host, site.Slug) ? DomainProof.Given
            : isAccepted ? DomainProof.Accepted
            : DomainProof.Pending;
        return new Domain
        {
            Id = Ids.New(time),
            SiteId = site.Id,
            Host = host,
            IsPrimary = false,
            CreatedAt = now,
            Proof = proof,
            IsServed = false,
            RedirectTo = redirectTo,
            Challenge = proof == DomainProof.Given ? null : Domain.NewChallenge(),
            VerifiedAt = proof == DomainProof.Pending ? null : now,
            NextCheckAt = proof == DomainProof.Given ? null : now,
        };
    }
}
