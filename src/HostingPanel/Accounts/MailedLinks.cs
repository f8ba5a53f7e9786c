using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>Makes and takes <see cref="MailedLink"/>s.</summary>
internal static class MailedLinks
{
    /// <summary>Makes one; those of the same kind that were sent before end. The caller saves, in a transaction.</summary>
    /// <returns>The secret for the link.</returns>
    public static async Task<string> MakeAsync(
        PanelDbContext context,
        MailedLinkKind kind,
        Guid accountId,
        string email,
        TimeSpan life,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var (secret, now) = (LinkSecret.New(), time.GetStoredNow());
        await EndAsync(context, accountId, kind, now, cancellationToken);
        context.MailedLinks.Add(
            new MailedLink
            {
                Id = Ids.New(time),
                Kind = kind,
                AccountId = accountId,
                TokenHash = LinkSecret.HashOf(secret),
                Email = email,
                CreatedAt = now,
                ExpiresAt = now + life,
            }
        );
        return secret;
    }

    /// <summary>One that may still be used; null for others.</summary>
    public static async Task<MailedLink?> FindAsync(
        PanelDbContext context,
        MailedLinkKind kind,
        string? secret,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (secret is not { Length: > 0 and < 200 })
        {
            return null;
        }

        var hash = LinkSecret.HashOf(secret);
        return await context
            .MailedLinks.AsNoTracking()
            .SingleOrDefaultAsync(
                link =>
                    link.TokenHash == hash
                    && link.Kind == kind
                    && link.UsedAt == null
                    && link.ExpiresAt > now
                    && context.Accounts.Any(account => account.Id == link.AccountId && account.SuspendedAt == null),
                cancellationToken
            );
    }

    /// <summary>Takes it; false when somebody else was first.</summary>
    public static async Task<bool> TakeAsync(PanelDbContext context, Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await context
            .MailedLinks.Where(link => link.Id == id && link.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(link => link.UsedAt, now), cancellationToken) == 1;

    /// <summary>Ends what is under way of a kind.</summary>
    public static Task EndAsync(
        PanelDbContext context,
        Guid accountId,
        MailedLinkKind kind,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        context
            .MailedLinks.Where(link => link.AccountId == accountId && link.Kind == kind && link.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(link => link.UsedAt, now), cancellationToken);
}
