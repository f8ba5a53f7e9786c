using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>What all use cases of accounts have in common.</summary>
internal static class AccountReading
{
    /// <summary>Slow on purpose (PBKDF2 with HMAC-SHA512).</summary>
    public static PasswordHasher<Account> Hasher { get; } = new();

    /// <summary>Something to compare with when there is no such account, so that the answer takes as long.</summary>
    public static string NobodysHash { get; } = Hasher.HashPassword(null!, "nobody has this password");

    public static AccountView View(Account account) => new(account.Id, account.Email, account.Name, account.Role, account.SecurityStamp);

    /// <summary>The account with what it may now.</summary>
    public static async Task<AccountView> WithPowersAsync(
        PanelDbContext context,
        Account account,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var powers = await Powers.ReadAsync(context, account.Id, now, cancellationToken);
        return View(account) with { Role = powers.Role, Memberships = powers.Memberships, Sites = powers.Sites };
    }

    /// <summary>The address as accounts are found by it.</summary>
    public static string Normalize(string email) => email.Trim().ToLowerInvariant();

    /// <summary>Who a visitor turned out to be.</summary>
    public static Actor As(Actor visitor, Account account) => View(account).ToActor() with { Address = visitor.Address };

    public static AuditTarget TargetOf(Account account) => new("account", account.Id, account.Email);

    /// <summary>A refusal that is written down.</summary>
    public static Problem Refuse(Actor visitor, string act, Problem problem, Account? account = null)
    {
        visitor.Refusals?.Add(visitor, act, problem.Code, account is null ? null : TargetOf(account));
        return problem;
    }

    public static bool IsPassword(string? hash, string password) =>
        Hasher.VerifyHashedPassword(null!, hash ?? NobodysHash, password) != PasswordVerificationResult.Failed;
}

/// <summary>Who must have a second factor.</summary>
internal static class SecondFactor
{
    /// <summary>Staff must; of an organisation's people those whose organisation says so.</summary>
    public static async Task<bool> IsRequiredAsync(
        PanelDbContext context,
        Guid accountId,
        StaffRole? role,
        CancellationToken cancellationToken
    ) =>
        role is not null
        || await context.Memberships.AnyAsync(
            membership =>
                membership.AccountId == accountId
                && context.Organisations.Any(organisation =>
                    organisation.Id == membership.OrganisationId && organisation.RequiresSecondFactor
                ),
            cancellationToken
        );
}
