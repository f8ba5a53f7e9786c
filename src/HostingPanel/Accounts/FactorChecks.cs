using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>Compares second factors. Each counts once: of two requests with the same one, even at the same moment, one is let in.</summary>
internal static class FactorChecks
{
    /// <summary>Takes a code of the authenticator app; false when it is none, or was taken before.</summary>
    public static async Task<bool> TakeCodeAsync(
        PanelDbContext context,
        IWebSecrets secrets,
        Guid accountId,
        string code,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var app = await context.OneTimeCodes.AsNoTracking().SingleOrDefaultAsync(known => known.AccountId == accountId, cancellationToken);
        if (
            app is null
            || secrets.TryUnprotect(app.Secret, OneTimeCode.SecretContext(accountId)) is not { } secret
            || Totp.Match(secret, code, now, app.LastStep) is not { } step
        )
        {
            return false;
        }

        // The database decides who was first.
        return await context
                .OneTimeCodes.Where(known => known.AccountId == accountId && known.LastStep < step)
                .ExecuteUpdateAsync(set => set.SetProperty(known => known.LastStep, step), cancellationToken) == 1;
    }

    /// <summary>Takes whichever of both it is; null when it is none, or was taken before.</summary>
    public static async Task<SignInFactor?> TakeAnyAsync(
        PanelDbContext context,
        IWebSecrets secrets,
        Guid accountId,
        string? code,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (Totp.Clean(code) is { } digits)
        {
            return await TakeCodeAsync(context, secrets, accountId, digits, now, cancellationToken) ? SignInFactor.PasswordAndCode : null;
        }

        return RecoveryCode.HashOf(code) is { } hash && await TakeRecoveryCodeAsync(context, accountId, hash, now, cancellationToken)
            ? SignInFactor.PasswordAndRecoveryCode
            : null;
    }

    /// <summary>Takes a recovery code; false when it is none, or was taken before.</summary>
    public static async Task<bool> TakeRecoveryCodeAsync(
        PanelDbContext context,
        Guid accountId,
        byte[] hash,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        await context
            .RecoveryCodes.Where(code => code.AccountId == accountId && code.Hash == hash && code.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(code => code.UsedAt, now), cancellationToken) == 1;

    /// <summary>Puts new recovery codes in the place of all others; the caller saves. They are shown once.</summary>
    public static async Task<RecoveryCodes> NewRecoveryCodesAsync(
        PanelDbContext context,
        Guid accountId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await context.RecoveryCodes.Where(code => code.AccountId == accountId).ExecuteDeleteAsync(cancellationToken);
        var codes = Enumerable.Range(0, RecoveryCode.Count).Select(_ => RecoveryCode.New()).ToList();
        context.RecoveryCodes.AddRange(
            codes.Select(code => new RecoveryCode
            {
                AccountId = accountId,
                Hash = RecoveryCode.HashOf(code)!,
                CreatedAt = now,
            })
        );
        return new RecoveryCodes(codes);
    }

    /// <summary>Takes every second factor away, in the transaction of the caller.</summary>
    public static async Task RemoveAllAsync(PanelDbContext context, Guid accountId, CancellationToken cancellationToken)
    {
        await context.OneTimeCodes.Where(code => code.AccountId == accountId).ExecuteDeleteAsync(cancellationToken);
        await context.Passkeys.Where(passkey => passkey.AccountId == accountId).ExecuteDeleteAsync(cancellationToken);
        await context.RecoveryCodes.Where(code => code.AccountId == accountId).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>True when the account has a second factor.</summary>
    public static async Task<bool> HasAnyAsync(PanelDbContext context, Guid accountId, CancellationToken cancellationToken) =>
        await context.OneTimeCodes.AnyAsync(code => code.AccountId == accountId, cancellationToken)
        || await context.Passkeys.AnyAsync(passkey => passkey.AccountId == accountId, cancellationToken);
}
