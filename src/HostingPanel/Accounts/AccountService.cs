using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using HostingPanel.Sites;
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

/// <summary>Lets the first administrator in.</summary>
public sealed class AccountService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>Long rather than complicated, see <see cref="PasswordRules"/>.</summary>
    public const int MinPasswordLength = PasswordRules.MinLength;
    private static readonly TimeSpan SetupLinkLife = TimeSpan.FromHours(24);

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
        var secret = LinkSecret.New();
        await context.SetupLinks.ExecuteDeleteAsync(cancellationToken);
        context.SetupLinks.Add(
            new SetupLink
            {
                Id = Ids.New(time),
                TokenHash = LinkSecret.HashOf(secret),
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
        var (hash, now) = (LinkSecret.HashOf(secret), time.GetUtcNow());
        return await context.SetupLinks.AnyAsync(
                link => link.TokenHash == hash && link.UsedAt == null && link.ExpiresAt > now,
                cancellationToken
            ) && !await context.Accounts.AnyAsync(cancellationToken);
    }

    /// <summary>
    /// Makes the first administrator; the link works once. They are not in yet: the second factor comes next. Refused:
    /// <c>setup-link-invalid</c>, <c>setup-closed</c>, <c>invalid-request</c>.
    /// </summary>
    public async Task<Outcome<HalfSignIn>> SetUpAsync(
        Actor visitor,
        string secret,
        SetUpAdministrator command,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        errors.Add("email", SiteRules.EmailFault(command.Email));
        errors.Add("name", SiteRules.TextFault(command.Name, "Your name", 120));
        errors.Add("password", PasswordRules.Fault(command.Password, command.Email, command.Name));
        if (errors.ToProblem() is { } invalid)
        {
            return invalid;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var (hash, now) = (LinkSecret.HashOf(secret), time.GetUtcNow());
        // The row is the lock: of two who come with the same link at the same time one waits here, and then finds it used.
        var used = await context
            .SetupLinks.Where(link => link.TokenHash == hash && link.UsedAt == null && link.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(link => link.UsedAt, now), cancellationToken);
        if (used == 0)
        {
            return AccountReading.Refuse(
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
            return AccountReading.Refuse(visitor, AuditActs.SetUp, SetupClosed());
        }

        var account = new Account
        {
            Id = Ids.New(time),
            Email = command.Email!,
            NormalizedEmail = AccountReading.Normalize(command.Email!),
            Name = command.Name!.Trim(),
            PasswordHash = AccountReading.Hasher.HashPassword(null!, command.Password!),
            PasswordChangedAt = now,
            Role = StaffRole.Administrator,
            SecurityStamp = Session.NewId(),
            CreatedAt = now,
        };
        context.Accounts.Add(account);
        AuditTrail.Add(context, AccountReading.As(visitor, account), AuditActs.SetUp, AccountReading.TargetOf(account));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return SignInService.HalfOf(account);
    }

    /// <summary>
    /// A link to choose a new password with, for who can't get in any other way: asked for on the server, by who owns it anyway. Refused:
    /// <c>account-not-found</c>.
    /// </summary>
    /// <param name="email">Whose.</param>
    /// <param name="withoutFactors">True takes the second factors away, too; the next sign-in sets a new one up.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The link's secret.</returns>
    public async Task<Outcome<string>> CreateAccessLinkAsync(string email, bool withoutFactors, CancellationToken cancellationToken)
    {
        var normalized = AccountReading.Normalize(email);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var account = await context.Accounts.SingleOrDefaultAsync(
            known => known.NormalizedEmail == normalized && known.SuspendedAt == null,
            cancellationToken
        );
        if (account is null)
        {
            return Problem.NotFound("account", email);
        }

        if (withoutFactors)
        {
            await FactorChecks.RemoveAllAsync(context, account.Id, cancellationToken);
        }

        var secret = await MailedLinks.MakeAsync(
            context,
            MailedLinkKind.ResetPassword,
            account.Id,
            account.Email,
            MailedLink.ResetLife,
            time,
            cancellationToken
        );
        AuditTrail.Add(
            context,
            Actor.Server,
            AuditActs.AccessLinkMake,
            AccountReading.TargetOf(account),
            withoutFactors ? "Second factors taken away" : null
        );
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return secret;
    }

    private static Problem SetupClosed() =>
        new(ProblemKind.Conflict, "setup-closed", "This panel has its administrator already. Sign in; set-up does not open again.");
}
