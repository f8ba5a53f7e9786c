using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Accounts;

/// <summary>An account's authenticator app.</summary>
internal sealed class OneTimeCode
{
    public required Guid AccountId { get; init; }

    /// <summary>Encrypted by <see cref="IWebSecrets"/>: the web must read it, and nobody who only has the database.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>The last step whose code was accepted. A code counts once, so it only ever grows.</summary>
    public required long LastStep { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public static string SecretContext(Guid accountId) => $"one-time codes of {accountId}";
}

/// <summary>A code on paper, for when the other factors are lost. Only its hash is stored; it works once.</summary>
internal sealed class RecoveryCode
{
    /// <summary>How many are made at a time.</summary>
    public const int Count = 10;
    private const string Letters = "abcdefghjkmnpqrstvwxyz23456789";

    public required Guid AccountId { get; init; }
    public required byte[] Hash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>Sixteen letters (78 bits), such as <c>k3vb-x7ma-9qpe-t2nf</c>: too many to try, so a plain hash of it is good.</summary>
    public static string New() => string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Letters, 4)));

    /// <summary>The hash of what was typed, or null when it can't be one.</summary>
    public static byte[]? HashOf(string? typed)
    {
        var text = new string([.. (typed ?? string.Empty).ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]);
        return text.Length == 16 ? LinkSecret.HashOf(text) : null;
    }
}

/// <summary>A public key of a device of a person's.</summary>
internal sealed class Passkey
{
    public const int MaxNameLength = 60;
    public const int MaxOfAccount = 20;

    public required byte[] CredentialId { get; init; }
    public required Guid AccountId { get; init; }
    public required string Name { get; set; }

    /// <summary>In COSE's form.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>The device's counter; 0 for those that have none.</summary>
    public required long SignCount { get; set; }
    public required string[] Transports { get; init; }
    public required bool IsBackupEligible { get; init; }
    public required bool IsBackedUp { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>A challenge that was answered: it must not be answered again.</summary>
internal sealed class UsedChallenge
{
    public required Guid Id { get; init; }

    /// <summary>From then on the challenge is refused for its age.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class FactorConfiguration
    : IEntityTypeConfiguration<OneTimeCode>,
        IEntityTypeConfiguration<RecoveryCode>,
        IEntityTypeConfiguration<Passkey>,
        IEntityTypeConfiguration<UsedChallenge>
{
    public void Configure(EntityTypeBuilder<OneTimeCode> builder)
    {
        builder.ToTable("OneTimeCodes");
        builder.HasKey(code => code.AccountId);
        builder.HasOne<Account>().WithMany().HasForeignKey(code => code.AccountId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RecoveryCode> builder)
    {
        builder.ToTable("RecoveryCodes");
        builder.HasKey(code => new { code.AccountId, code.Hash });
        builder.HasOne<Account>().WithMany().HasForeignKey(code => code.AccountId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Passkey> builder)
    {
        builder.ToTable("Passkeys");
        builder.HasKey(passkey => passkey.CredentialId);
        builder.Property(passkey => passkey.Name).HasMaxLength(Passkey.MaxNameLength);
        builder.HasOne<Account>().WithMany().HasForeignKey(passkey => passkey.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(passkey => passkey.AccountId);
    }

    public void Configure(EntityTypeBuilder<UsedChallenge> builder)
    {
        builder.ToTable("UsedChallenges");
        builder.Property(challenge => challenge.Id).ValueGeneratedNever();
    }
}

/// <summary>The factors of an account as they are shown.</summary>
/// <param name="HasCodes">True when there is an authenticator app.</param>
/// <param name="CodesSince">Since when.</param>
/// <param name="Passkeys">Its passkeys, the oldest first.</param>
/// <param name="RecoveryCodesLeft">How many recovery codes were not used.</param>
/// <param name="IsRequired">True when the account must have a second factor.</param>
public sealed record FactorsView(
    bool HasCodes,
    DateTimeOffset? CodesSince,
    IReadOnlyList<PasskeyView> Passkeys,
    int RecoveryCodesLeft,
    bool IsRequired
)
{
    /// <summary>True when there is a second factor at all.</summary>
    public bool HasAny => HasCodes || Passkeys.Count > 0;
}

/// <summary>Recovery codes that were just made: the only time that they are shown.</summary>
public sealed record RecoveryCodes(IReadOnlyList<string> Codes)
{
    /// <summary>No new ones: those of before go on.</summary>
    public static RecoveryCodes None { get; } = new([]);
}

/// <summary>A passkey as it is shown.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="IsSynced">True when it is kept by a service, not by one device alone.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="LastUsedAt">When it let somebody in last.</param>
public sealed record PasskeyView(byte[] Id, string Name, bool IsSynced, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>An authenticator app that is being set up.</summary>
/// <param name="Secret">As people type it.</param>
/// <param name="Uri">What the QR code says.</param>
/// <param name="Sealed">The secret for the way through the browser and back: only the web can read it, and only for this account.</param>
public sealed record NewOneTimeCodes(string Secret, string Uri, string Sealed);

/// <summary>Encrypts what the web itself must read again, and nobody who only has the database.</summary>
public interface IWebSecrets
{
    /// <summary>Encrypts; <paramref name="context"/> must be the same again to decrypt.</summary>
    byte[] Protect(ReadOnlySpan<byte> plain, string context);

    /// <summary>Decrypts; null when it was changed, belongs to another context, or its key is gone.</summary>
    byte[]? TryUnprotect(ReadOnlySpan<byte> stored, string context);
}
