using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Accounts;

/// <summary>By what a session was opened.</summary>
public enum SignInFactor
{
    /// <summary>A password alone; only for accounts that need no second factor.</summary>
    Password,

    /// <summary>A password and a one-time code.</summary>
    PasswordAndCode,

    /// <summary>A password and a recovery code.</summary>
    PasswordAndRecoveryCode,

    /// <summary>A password and a passkey.</summary>
    PasswordAndPasskey,

    /// <summary>A passkey whose owner was verified by the device: both factors at once.</summary>
    Passkey,
}

/// <summary>A browser in which somebody is signed in. The cookie carries nothing but whose it is and this row's id.</summary>
internal sealed class Session
{
    /// <summary>How long a session lives that nobody uses.</summary>
    public static readonly TimeSpan IdleLife = TimeSpan.FromHours(12);

    /// <summary>How long a session lives at most.</summary>
    public static readonly TimeSpan WholeLife = TimeSpan.FromDays(14);

    /// <summary>How long a proof of who one is is fresh enough for dangerous acts.</summary>
    public static readonly TimeSpan ProofLife = TimeSpan.FromMinutes(10);

    /// <summary>"Last seen" is written at most so often.</summary>
    public static readonly TimeSpan SeenResolution = TimeSpan.FromMinutes(1);

    /// <summary>Random, not time-ordered: it is the session.</summary>
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public Account? Account { get; set; }

    /// <summary>The account's when the session began: when the account has another one, the session has ended.</summary>
    public required Guid SecurityStamp { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When this browser proved last who uses it: at sign-in, and again before dangerous acts.</summary>
    public required DateTimeOffset ProvedAt { get; set; }

    /// <summary>Where it was used last.</summary>
    public required string? Address { get; set; }

    /// <summary>In a few words, such as “Firefox on Linux”.</summary>
    public required string Browser { get; init; }
    public required SignInFactor Factor { get; init; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>An id that nobody guesses.</summary>
    public static Guid NewId() => new(RandomNumberGenerator.GetBytes(16));
}

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("Sessions");
        builder.Property(session => session.Id).ValueGeneratedNever();
        builder.Property(session => session.Address).HasMaxLength(64);
        builder.Property(session => session.Browser).HasMaxLength(BrowserWords.MaxLength);
        builder.Property(session => session.Factor).HasMaxLength(30);
        builder.HasOne(session => session.Account).WithMany().HasForeignKey(session => session.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(session => new { session.AccountId, session.EndedAt });
    }
}

/// <summary>A session as it is shown.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="IsThis">True for the one that looks.</param>
/// <param name="Browser">In a few words.</param>
/// <param name="Address">Where it was used last.</param>
/// <param name="Factor">By what it was opened.</param>
/// <param name="Since">When it began.</param>
/// <param name="LastSeenAt">When it was used last, to the minute.</param>
public sealed record SessionView(
    Guid Id,
    bool IsThis,
    string Browser,
    string? Address,
    SignInFactor Factor,
    DateTimeOffset Since,
    DateTimeOffset LastSeenAt
);

/// <summary>A session that has just begun, for the cookie.</summary>
/// <param name="SessionId">Its identity.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="BrowserKey">What the browser is to keep, so that it is known at the next sign-in; null for what it has.</param>
public sealed record StartedSession(Guid SessionId, AccountView Account, string? BrowserKey);

/// <summary>The browser that somebody uses.</summary>
/// <param name="Browser">In a few words, see <see cref="BrowserWords"/>.</param>
/// <param name="BrowserKey">What it was given at an earlier sign-in; null for a browser that was never here.</param>
public sealed record Visit(string Browser, string? BrowserKey);
