using System.Buffers.Text;
using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Accounts;

/// <summary>Sets second factors up and takes them away.</summary>
public sealed class FactorService(
    IDbContextFactory<PanelDbContext> contexts,
    IWebSecrets secrets,
    IOptions<PanelOptions> options,
    TimeProvider time
)
{
    /// <summary>Where one's factors stand.</summary>
    public async Task<Outcome<FactorsView>> GetAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (OwnAccount.Check(actor) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var since = await context
            .OneTimeCodes.Where(code => code.AccountId == actor.Id)
            .Select(code => (DateTimeOffset?)code.CreatedAt)
            .SingleOrDefaultAsync(cancellationToken);
        var passkeys = await context
            .Passkeys.AsNoTracking()
            .Where(key => key.AccountId == actor.Id)
            .OrderBy(key => key.CreatedAt)
            .Select(key => new PasskeyView(key.CredentialId, key.Name, key.IsBackedUp, key.CreatedAt, key.LastUsedAt))
            .ToListAsync(cancellationToken);
        var left = await context.RecoveryCodes.CountAsync(code => code.AccountId == actor.Id && code.UsedAt == null, cancellationToken);
        var isRequired = await SecondFactor.IsRequiredAsync(context, actor.Id, actor.Role, cancellationToken);
        return new FactorsView(since is not null, since, passkeys, left, isRequired);
    }

    /// <summary>A secret for an authenticator app. Nothing is stored until a code of it was shown.</summary>
    /// <param name="accountId">For whom.</param>
    /// <param name="email">What the app calls it.</param>
    public NewOneTimeCodes NewCodes(Guid accountId, string email)
    {
        var secret = Totp.NewSecret();
        var issuer = $"HostingPanel {options.Value.PanelDomain}";
        return Show(secret, issuer, email, Base64Url.EncodeToString(secrets.Protect(secret, NewSecretContext(accountId))));
    }

    /// <summary>The same secret again, after a code that was wrong; null when it was not made for this account.</summary>
    public NewOneTimeCodes? SameCodes(Guid accountId, string email, string? sealedSecret) =>
        Open(accountId, sealedSecret) is { } secret
            ? Show(secret, $"HostingPanel {options.Value.PanelDomain}", email, sealedSecret!)
            : null;

    /// <summary>
    /// Sets the authenticator app up of somebody whose password was right, and lets them in. Refused: <c>code-wrong</c>,
    /// <c>sign-in-expired</c>, <c>second-factor-exists</c>.
    /// </summary>
    public async Task<Outcome<EnrolledSession>> EnrolAsync(
        Actor visitor,
        HalfSignIn half,
        string? sealedSecret,
        string? code,
        Visit visit,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await WithoutFactorAsync(context, visitor, half, cancellationToken)).TryGet(out var account, out var problem))
        {
            return problem;
        }

        var now = time.GetStoredNow();
        if (!TryAdd(context, account.Id, sealedSecret, code, now))
        {
            return WrongCode();
        }

        var codes = await FactorChecks.NewRecoveryCodesAsync(context, account.Id, now, cancellationToken);
        AuditTrail.Add(
            context,
            AccountReading.As(visitor, account),
            AuditActs.FactorSetUp,
            AccountReading.TargetOf(account),
            "Authenticator app"
        );
        var session = await SignInService.EnterAsync(
            context,
            account,
            visitor,
            visit,
            SignInFactor.PasswordAndCode,
            now,
            cancellationToken
        );
        await transaction.CommitAsync(cancellationToken);
        return new EnrolledSession(session, codes);
    }

    /// <summary>
    /// Sets one's own authenticator app up, or another in its place. Refused: <c>proof-needed</c>, <c>code-wrong</c>.
    /// </summary>
    public async Task<Outcome<RecoveryCodes>> SetUpCodesAsync(
        Actor actor,
        string? sealedSecret,
        string? code,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await OwnAccount.CheckProvedAsync(context, actor, time, cancellationToken) is { } problem)
        {
            return problem;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await AccountLock.TakeAsync(context, actor.Id, cancellationToken);
        var now = time.GetStoredNow();
        await context.OneTimeCodes.Where(app => app.AccountId == actor.Id).ExecuteDeleteAsync(cancellationToken);
        if (!TryAdd(context, actor.Id, sealedSecret, code, now))
        {
            return WrongCode();
        }

        var hasCodes = await context.RecoveryCodes.AnyAsync(
            recovery => recovery.AccountId == actor.Id && recovery.UsedAt == null,
            cancellationToken
        );
        var codes = hasCodes ? RecoveryCodes.None : await FactorChecks.NewRecoveryCodesAsync(context, actor.Id, now, cancellationToken);
        AuditTrail.Add(context, actor, AuditActs.FactorSetUp, new AuditTarget("account", actor.Id, actor.Name), "Authenticator app");
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return codes;
    }

    /// <summary>Takes one's own authenticator app away. Refused: <c>proof-needed</c>, <c>second-factor-required</c>.</summary>
    public async Task<Outcome<Done>> RemoveCodesAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await OwnAccount.CheckProvedAsync(context, actor, time, cancellationToken) is { } problem)
        {
            return problem;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await AccountLock.TakeAsync(context, actor.Id, cancellationToken);
        await context.OneTimeCodes.Where(app => app.AccountId == actor.Id).ExecuteDeleteAsync(cancellationToken);
        if (await MissingAsync(context, actor, cancellationToken) is { } missing)
        {
            return missing;
        }

        AuditTrail.Add(context, actor, AuditActs.FactorRemove, new AuditTarget("account", actor.Id, actor.Name), "Authenticator app");
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>Makes new recovery codes; those of before end. Refused: <c>proof-needed</c>, <c>no-second-factor</c>.</summary>
    public async Task<Outcome<RecoveryCodes>> NewRecoveryCodesAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await OwnAccount.CheckProvedAsync(context, actor, time, cancellationToken) is { } problem)
        {
            return problem;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await AccountLock.TakeAsync(context, actor.Id, cancellationToken);
        if (!await FactorChecks.HasAnyAsync(context, actor.Id, cancellationToken))
        {
            return new Problem(
                ProblemKind.Conflict,
                "no-second-factor",
                "Recovery codes stand in for a second factor, and this account has none. Set one up first."
            );
        }

        var codes = await FactorChecks.NewRecoveryCodesAsync(context, actor.Id, time.GetStoredNow(), cancellationToken);
        AuditTrail.Add(context, actor, AuditActs.RecoveryCodesMake, new AuditTarget("account", actor.Id, actor.Name));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return codes;
    }

    /// <summary>The account of a half sign-in, locked, which has no second factor yet. Refused: <c>sign-in-expired</c>, <c>second-factor-exists</c>.</summary>
    internal static async Task<Outcome<Account>> WithoutFactorAsync(
        PanelDbContext context,
        Actor visitor,
        HalfSignIn half,
        CancellationToken cancellationToken
    )
    {
        await AccountLock.TakeAsync(context, half.AccountId, cancellationToken);
        if (await SignInService.FindAsync(context, half, cancellationToken) is not { } account)
        {
            return AccountReading.Refuse(visitor, AuditActs.FactorSetUp, Expired());
        }

        return await FactorChecks.HasAnyAsync(context, account.Id, cancellationToken)
            // Whoever has only the password must not put a factor of theirs in the place of the owner's.
            ? AccountReading.Refuse(
                visitor,
                AuditActs.FactorSetUp,
                new Problem(ProblemKind.Conflict, "second-factor-exists", "This account has a second factor already. Sign in with it."),
                account
            )
            : account;
    }

    /// <summary>The refusal where an account that must have a second factor would have none now; null otherwise.</summary>
    internal static async Task<Problem?> MissingAsync(PanelDbContext context, Actor actor, CancellationToken cancellationToken) =>
        !await FactorChecks.HasAnyAsync(context, actor.Id, cancellationToken)
        && await SecondFactor.IsRequiredAsync(context, actor.Id, actor.Role, cancellationToken)
            ? new Problem(
                ProblemKind.Conflict,
                "second-factor-required",
                "This account must have a second factor, and this is its last. Set another one up first."
            )
            : null;

    private static Problem WrongCode() =>
        new(
            ProblemKind.Invalid,
            "code-wrong",
            "This is not the code that the app shows now. Look whether the device's clock is right, and type the next one."
        )
        {
            Errors = [new FieldError("code", "This is not the code that the app shows now.")],
        };

    private static Problem Expired() =>
        new(
            ProblemKind.Forbidden,
            "sign-in-expired",
            "This sign-in took too long, or something about the account has changed since. Begin anew."
        );

    private static string NewSecretContext(Guid accountId) => $"new one-time codes of {accountId}";

    private static NewOneTimeCodes Show(byte[] secret, string issuer, string email, string sealedSecret) =>
        new(
            string.Join(' ', Totp.ToBase32(secret).Chunk(4).Select(part => new string(part))),
            Totp.UriOf(secret, issuer, email),
            sealedSecret
        );

    private byte[]? Open(Guid accountId, string? sealedSecret) =>
        sealedSecret is { Length: > 0 and < 1000 } && Base64Url.IsValid(sealedSecret)
            ? secrets.TryUnprotect(Base64Url.DecodeFromChars(sealedSecret), NewSecretContext(accountId))
            : null;

    /// <summary>The code that shows that the app works counts as used.</summary>
    private bool TryAdd(PanelDbContext context, Guid accountId, string? sealedSecret, string? code, DateTimeOffset now)
    {
        if (
            Open(accountId, sealedSecret) is not { } secret
            || Totp.Clean(code) is not { } digits
            || Totp.Match(secret, digits, now, lastStep: 0) is not { } step
        )
        {
            return false;
        }

        context.OneTimeCodes.Add(
            new OneTimeCode
            {
                AccountId = accountId,
                Secret = secrets.Protect(secret, OneTimeCode.SecretContext(accountId)),
                LastStep = step,
                CreatedAt = now,
            }
        );
        return true;
    }
}
