using HostingPanel.Access;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Certificates;

/// <summary>An authority that can be asked for the certificate of a host name.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">As people call it.</param>
/// <param name="IsDefault">True for the one that is asked where nothing else is said.</param>
/// <param name="IsAsked">True for the one that is asked for this name now.</param>
/// <param name="PausedUntil">It was asked too often and is asked for nothing before; null while it may be asked.</param>
public sealed record AuthorityChoice(Guid Id, string Name, bool IsDefault, bool IsAsked, DateTimeOffset? PausedUntil);

/// <summary>
/// Who can be asked for the certificate of a host name. Whoever may choose for a site need not know more of an authority than its name: its
/// address, its account, and who else asks it are the provider's.
/// </summary>
public sealed class AuthorityChoices
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly TimeProvider _time;

    internal AuthorityChoices(IDbContextFactory<PanelDbContext> contexts, TimeProvider time) => (_contexts, _time) = (contexts, time);

    /// <summary>
    /// The authorities that certify a host name, the default one first, for who may choose another by <see cref="CertificateService.AskAsync"/>.
    /// Refused: <c>site-not-found</c>, <c>domain-not-found</c>.
    /// </summary>
    public async Task<Outcome<IReadOnlyList<AuthorityChoice>>> ListAsync(
        Actor actor,
        string slug,
        string host,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await CertificateService.FindAsync(context, actor, slug, host, cancellationToken)).TryGet(out var known, out var problem))
        {
            return problem;
        }

        var authorities = await context.CertificateAuthorities.AsNoTracking().ToListAsync(cancellationToken);
        var (now, asked) = (_time.GetUtcNow(), CertificateReading.AuthorityOf(known, authorities));
        return new Outcome<IReadOnlyList<AuthorityChoice>>([
            .. authorities
                .Where(authority => CertificateReading.Certifies(authority, known.Host))
                .OrderByDescending(authority => authority.IsDefault)
                .ThenBy(authority => authority.Name, StringComparer.Ordinal)
                .Select(authority => new AuthorityChoice(
                    authority.Id,
                    authority.Name,
                    authority.IsDefault,
                    authority.Id == asked?.Id,
                    authority.PausedUntil > now ? authority.PausedUntil : null
                )),
        ]);
    }
}
