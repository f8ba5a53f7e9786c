using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>What is still missing after a good password.</summary>
public enum NextFactor
{
    /// <summary>Nothing: the session has begun.</summary>
    None,

    /// <summary>A code of the authenticator app, a recovery code or a passkey.</summary>
    Prove,

    /// <summary>The account must have a second factor and has none: it is set up before anything else.</summary>
    SetUp,
}

/// <summary>Somebody whose password was right. Until the next factor it opens nothing.</summary>
/// <param name="AccountId">Whose.</param>
/// <param name="SecurityStamp">When the account has another one, this is void.</param>
public sealed record HalfSignIn(Guid AccountId, Guid SecurityStamp);

/// <summary>How far a password has led.</summary>
/// <param name="Next">What is missing.</param>
/// <param name="Half">Where something is missing.</param>
/// <param name="Session">Where nothing is.</param>
public sealed record SignInStep(NextFactor Next, HalfSignIn? Half, StartedSession? Session);

/// <summary>Lets people in.</summary>
public sealed class SignInService(IDbContextFactory<PanelDbContext> contexts, IWebSecrets secrets, TimeProvider time)
{
    private static readonly Problem Refused = new(
        ProblemKind.Forbidden,
        "sign-in-refused",
        "This e-mail address and password do not belong together. After ten failures a browser that was not here before has to wait."
    );

    private static readonly Problem CodeRefused = new(
        ProblemKind.Forbidden,
        "code-refused",
        "This code is not good, or was used before. Wait for the next one. After ten failures a browser that was not here before has to wait."
    );

    private static readonly Problem HalfGone = new(
        ProblemKind.Forbidden,
        "sign-in-expired",
        "This sign-in took too long, or something about the account has changed since. Begin anew."
    );

    /// <summary>The first factor. Refused, always with the same words and after the same work: <c>sign-in-refused</c>.</summary>
    public async Task<Outcome<SignInStep>> PasswordAsync(
        Actor visitor,
        string? email,
        string? password,
        Visit visit,
        CancellationToken cancellationToken
    )
    {
        if (password is null or { Length: > PasswordRules.MaxLength } || email is null or { Length: > SiteRules.MaxEmailLength })
        {
            return AccountReading.Refuse(visitor, AuditActs.SignIn, Refused);
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var normalized = AccountReading.Normalize(email);
        var account = await context.Accounts.SingleOrDefaultAsync(known => known.NormalizedEmail == normalized, cancellationToken);
        var now = time.GetStoredNow();
        var id = account?.Id ?? SignInGate.NobodyFor(normalized);
        var place = await SignInGate.PlaceOfAsync(context, id, visit, cancellationToken);
        var may = await SignInGate.TryEnterAsync(context, id, place, now, cancellationToken);
        // Compared whether it may count or not: the answer takes as long.
        var matches = AccountReading.IsPassword(account?.PasswordHash, password);
        if (account is null || !may || !matches || account.SuspendedAt is not null)
        {
            // What was typed is not written down: it may be a password.
            return AccountReading.Refuse(visitor, AuditActs.SignIn, Refused, account);
        }

        if (await FactorChecks.HasAnyAsync(context, id, cancellationToken))
        {
            return new SignInStep(NextFactor.Prove, HalfOf(account), null);
        }

        if (await SecondFactor.IsRequiredAsync(context, id, account.Role, cancellationToken))
        {
            return new SignInStep(NextFactor.SetUp, HalfOf(account), null);
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var session = await EnterAsync(context, account, visitor, visit, SignInFactor.Password, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new SignInStep(NextFactor.None, null, session);
    }

    /// <summary>
    /// The second factor: a code of the authenticator app, or a recovery code. Either counts once. Refused: <c>code-refused</c>,
    /// <c>sign-in-expired</c>.
    /// </summary>
    public async Task<Outcome<StartedSession>> CodeAsync(
        Actor visitor,
        HalfSignIn half,
        string? code,
        Visit visit,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(context, half, cancellationToken) is not { } account)
        {
            return AccountReading.Refuse(visitor, AuditActs.SignIn, HalfGone);
        }

        var now = time.GetStoredNow();
        if (await TakeAsync(context, account.Id, code, visit, now, cancellationToken) is not { } factor)
        {
            return AccountReading.Refuse(visitor, AuditActs.SignIn, CodeRefused, account);
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var session = await EnterAsync(context, account, visitor, visit, factor, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return session;
    }

    /// <summary>
    /// A passkey that was verified by the web: alone, or after a password. Refused: <c>passkey-refused</c>, <c>sign-in-expired</c>.
    /// </summary>
    public async Task<Outcome<StartedSession>> PasskeyAsync(
        Actor visitor,
        PasskeyProof proof,
        HalfSignIn? half,
        Visit visit,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var now = time.GetStoredNow();
        var account = await context.Accounts.SingleOrDefaultAsync(known => known.Id == proof.AccountId, cancellationToken);
        if (
            account is not { SuspendedAt: null }
            || (half is not null && (half.AccountId != account.Id || half.SecurityStamp != account.SecurityStamp))
        )
        {
            return AccountReading.Refuse(visitor, AuditActs.SignIn, HalfGone);
        }

        if (!await PasskeyService.TakeAsync(context, proof, now, cancellationToken))
        {
            return AccountReading.Refuse(visitor, AuditActs.SignIn, PasskeyService.Refused, account);
        }

        var factor = half is null ? SignInFactor.Passkey : SignInFactor.PasswordAndPasskey;
        var session = await EnterAsync(context, account, visitor, visit, factor, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return session;
    }

    /// <summary>The account of a half sign-in, if nothing about it has changed.</summary>
    internal static Task<Account?> FindAsync(PanelDbContext context, HalfSignIn half, CancellationToken cancellationToken) =>
        context.Accounts.SingleOrDefaultAsync(
            account => account.Id == half.AccountId && account.SecurityStamp == half.SecurityStamp && account.SuspendedAt == null,
            cancellationToken
        );

    /// <summary>Begins the session of a whole sign-in and writes it down; the caller commits.</summary>
    internal static async Task<StartedSession> EnterAsync(
        PanelDbContext context,
        Account account,
        Actor visitor,
        Visit visit,
        SignInFactor factor,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var session = await SessionService.BeginAsync(context, account, visitor, visit, factor, now, cancellationToken);
        AuditTrail.Add(
            context,
            AccountReading.As(visitor, account),
            AuditActs.SignIn,
            AccountReading.TargetOf(account),
            $"{WordsOf(factor)}, {visit.Browser}"
        );
        await context.SaveChangesAsync(cancellationToken);
        return session;
    }

    internal static HalfSignIn HalfOf(Account account) => new(account.Id, account.SecurityStamp);

    private static string WordsOf(SignInFactor factor) =>
        factor switch
        {
            SignInFactor.Password => "By password alone",
            SignInFactor.PasswordAndCode => "By password and one-time code",
            SignInFactor.PasswordAndRecoveryCode => "By password and recovery code",
            SignInFactor.PasswordAndPasskey => "By password and passkey",
            SignInFactor.Passkey => "By passkey",
            _ => throw new InvalidOperationException($"There are no words for {factor}."),
        };

    /// <summary>Counts the attempt, then compares; null when it was refused.</summary>
    private async Task<SignInFactor?> TakeAsync(
        PanelDbContext context,
        Guid accountId,
        string? code,
        Visit visit,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var place = await SignInGate.PlaceOfAsync(context, accountId, visit, cancellationToken);
        return await SignInGate.TryEnterAsync(context, accountId, place, now, cancellationToken)
            ? await FactorChecks.TakeAnyAsync(context, secrets, accountId, code, now, cancellationToken)
            : null;
    }
}
