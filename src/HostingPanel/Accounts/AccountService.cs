using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>An account as its cookie carries it.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Email">Its address.</param>
/// <param name="Name">Its person's name.</param>
/// <param name="Role">Its role among the staff; null when it has none.</param>
/// <param name="SecurityStamp">A cookie with another stamp is void.</param>
public sealed record AccountView(Guid Id, string Email, string Name, StaffRole? Role, Guid SecurityStamp)
{
    /// <summary>What it is in organisations.</summary>
    public IReadOnlyList<MembershipPower> Memberships { get; init; } = [];

    /// <summary>What it is to single sites, for a time.</summary>
    public IReadOnlyList<SitePower> Sites { get; init; } = [];

    /// <summary>Who this person is to the use cases, with the powers that were read.</summary>
    public Actor ToActor() => new(Id, Name, Role) { Memberships = Memberships, Sites = Sites };
}

/// <summary>What the first administrator types.</summary>
public sealed record SetUpAdministrator(string? Email, string? Name, string? Password);

/// <summary>Lets people in.</summary>
public sealed class AccountService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>Long rather than complicated (NIST SP 800-63B-4, section 3.1.1.2).</summary>
    public const int MinPasswordLength = 12;

    /// <summary>Enough for any passphrase; bounds the work of hashing.</summary>
    public const int MaxPasswordLength = 256;
    private const int MaxFailedSignIns = 10;
    private static readonly TimeSpan LockTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SetupLinkLife = TimeSpan.FromHours(24);
    private static readonly PasswordHasher<Account> Hasher = new();

    /// <summary>Something to compare with when there is no such account, so that the answer takes as long.</summary>
    private static readonly string NobodysHash = Hasher.HashPassword(null!, "nobody has this password");

    /// <summary>True until the first administrator exists.</summary>
    public async Task<bool> IsSetupOpenAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return !await context.Accounts.AnyAsync(cancellationToken);
    }

    /// <summary>Makes a new one-time set-up link's secret, ending those before it. Refused: <c>setup-closed</c>.</summary>
    public async Task<Outcome<string>> CreateSetupLinkAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (await context.Accounts.AnyAsync(cancellationToken))
        {
            return SetupClosed();
        }

        var now = time.GetUtcNow();
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await context.SetupLinks.ExecuteDeleteAsync(cancellationToken);
        context.SetupLinks.Add(
            new SetupLink
            {
                Id = Ids.New(time),
                TokenHash = HashOf(secret),
                CreatedAt = now,
                ExpiresAt = now + SetupLinkLife,
            }
        );
        AuditTrail.Add(context, Actor.Server, AuditActs.SetUpLinkCreate, target: null);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return secret;
    }

    /// <summary>True when the secret opens the set-up page.</summary>
    public async Task<bool> IsSetupLinkGoodAsync(string secret, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var (hash, now) = (HashOf(secret), time.GetUtcNow());
        return await context.SetupLinks.AnyAsync(
                link => link.TokenHash == hash && link.UsedAt == null && link.ExpiresAt > now,
                cancellationToken
            ) && !await context.Accounts.AnyAsync(cancellationToken);
    }

    /// <summary>Makes the first administrator; the link works once. Refused: <c>setup-link-invalid</c>, <c>setup-closed</c>.</summary>
    public async Task<Outcome<AccountView>> SetUpAsync(
        Actor visitor,
        string secret,
        SetUpAdministrator command,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        errors.Add("email", SiteRules.EmailFault(command.Email));
        errors.Add("name", SiteRules.TextFault(command.Name, "Your name", 120));
        errors.Add("password", PasswordFault(command.Password));
        if (errors.ToProblem() is { } invalid)
        {
            return invalid;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var (hash, now) = (HashOf(secret), time.GetUtcNow());
        // The row is the lock: of two who come with the same link at the same time one waits here, and then finds it used.
        var used = await context
            .SetupLinks.Where(link => link.TokenHash == hash && link.UsedAt == null && link.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(link => link.UsedAt, now), cancellationToken);
        if (used == 0)
        {
            return Refuse(
                visitor,
                AuditActs.SetUp,
                new Problem(
                    ProblemKind.NotFound,
                    "setup-link-invalid",
                    "This set-up link was used, has expired or was replaced by a newer one. Run ./panel up on the server again; it prints a new link."
                )
            );
        }

        if (await context.Accounts.AnyAsync(cancellationToken))
        {
            return Refuse(visitor, AuditActs.SetUp, SetupClosed());
        }

        var account = new Account
        {
            Id = Ids.New(time),
            Email = command.Email!,
            NormalizedEmail = command.Email!.ToLowerInvariant(),
            Name = command.Name!.Trim(),
            PasswordHash = Hasher.HashPassword(null!, command.Password!),
            Role = StaffRole.Administrator,
            SecurityStamp = Ids.New(time),
            CreatedAt = now,
        };
        context.Accounts.Add(account);
        AuditTrail.Add(context, As(visitor, account), AuditActs.SetUp, TargetOf(account));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return View(account);
    }

    /// <summary>Signs in. Refused, always with the same words and after the same work: <c>sign-in-refused</c>.</summary>
    public async Task<Outcome<AccountView>> SignInAsync(Actor visitor, string? email, string? password, CancellationToken cancellationToken)
    {
        var refused = new Problem(
            ProblemKind.Forbidden,
            "sign-in-refused",
            "This e-mail address and password do not belong together. After ten failures an account waits five minutes."
        );
        if (password is null or { Length: > MaxPasswordLength } || email is null or { Length: > SiteRules.MaxEmailLength })
        {
            return Refuse(visitor, AuditActs.SignIn, refused);
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var normalized = email.Trim().ToLowerInvariant();
        var account = await context.Accounts.SingleOrDefaultAsync(account => account.NormalizedEmail == normalized, cancellationToken);
        var matches =
            Hasher.VerifyHashedPassword(null!, account?.PasswordHash ?? NobodysHash, password) != PasswordVerificationResult.Failed;
        if (account is null)
        {
            // What was typed is not written down: it may be a password.
            return Refuse(visitor, AuditActs.SignIn, refused);
        }

        var now = time.GetUtcNow();
        if (account.LockedUntil > now)
        {
            return Refuse(visitor, AuditActs.SignIn, refused, account);
        }

        if (!matches)
        {
            // Counted in the database, so that parallel guesses all count.
            await context
                .Accounts.Where(failing => failing.Id == account.Id)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(
                                failing => failing.LockedUntil,
                                failing => failing.FailedSignIns + 1 >= MaxFailedSignIns ? now + LockTime : null
                            )
                            .SetProperty(
                                failing => failing.FailedSignIns,
                                failing => failing.FailedSignIns + 1 >= MaxFailedSignIns ? 0 : failing.FailedSignIns + 1
                            ),
                    cancellationToken
                );
            return Refuse(visitor, AuditActs.SignIn, refused, account);
        }

        (account.FailedSignIns, account.LockedUntil) = (0, null);
        AuditTrail.Add(context, As(visitor, account), AuditActs.SignIn, TargetOf(account));
        await context.SaveChangesAsync(cancellationToken);
        return View(account);
    }

    /// <summary>The account behind a cookie as it is now, with its powers, or null when the cookie is void or the account suspended.</summary>
    public async Task<AccountView?> FindAsync(Guid id, Guid securityStamp, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var account = await context.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.Id == id, cancellationToken);
        if (account is not { SuspendedAt: null } || account.SecurityStamp != securityStamp)
        {
            return null;
        }

        var powers = await Powers.ReadAsync(context, id, time.GetUtcNow(), cancellationToken);
        return View(account) with { Role = powers.Role, Memberships = powers.Memberships, Sites = powers.Sites };
    }

    /// <summary>Writes down that a person has ended their session.</summary>
    public async Task SignedOutAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        AuditTrail.Add(context, actor, AuditActs.SignOut, new AuditTarget("account", actor.Id, actor.Name));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Who a visitor turned out to be.</summary>
    private static Actor As(Actor visitor, Account account) => View(account).ToActor() with { Address = visitor.Address };

    private static AuditTarget TargetOf(Account account) => new("account", account.Id, account.Email);

    private static Problem Refuse(Actor visitor, string act, Problem problem, Account? account = null)
    {
        visitor.Refusals?.Add(visitor, act, problem.Code, account is null ? null : TargetOf(account));
        return problem;
    }

    private static string? PasswordFault(string? password) =>
        password switch
        {
            null or { Length: < MinPasswordLength } =>
                $"A password has at least {MinPasswordLength} characters; a few words in a row are good.",
            { Length: > MaxPasswordLength } => $"A password has at most {MaxPasswordLength} characters.",
            _ when password.Distinct().Count() < 4 => "This password repeats too few characters. A few words in a row are good.",
            _ => null,
        };

    private static Problem SetupClosed() =>
        new(ProblemKind.Conflict, "setup-closed", "This panel has its administrator already. Sign in; set-up does not open again.");

    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static AccountView View(Account account) => new(account.Id, account.Email, account.Name, account.Role, account.SecurityStamp);
}
