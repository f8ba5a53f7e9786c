using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Accounts;

/// <summary>
/// How many attempts at an account's factors came from a place and did not end with a sign-in. A place is a browser that is known, or
/// <see cref="Elsewhere"/>: all others together.
/// </summary>
internal sealed class SignInAttempt
{
    /// <summary>Every browser that has never been in.</summary>
    public const string Elsewhere = "elsewhere";

    /// <summary>The account's id; one of few made-up ids for addresses that have no account, so that those cost the same.</summary>
    public required Guid AccountId { get; init; }
    public required string Place { get; init; }
    public required int Count { get; init; }
    public required DateTimeOffset LastAt { get; init; }
    public DateTimeOffset? BlockedUntil { get; init; }
}

/// <summary>A browser in which somebody was wholly signed in before. Only a hash of what it keeps is stored.</summary>
internal sealed class KnownBrowser
{
    /// <summary>How many are remembered for an account.</summary>
    public const int MaxOfAccount = 20;

    public required Guid AccountId { get; init; }
    public required byte[] KeyHash { get; init; }
    public required DateTimeOffset LastSeenAt { get; init; }
}

internal sealed class SignInAttemptConfiguration : IEntityTypeConfiguration<SignInAttempt>, IEntityTypeConfiguration<KnownBrowser>
{
    public void Configure(EntityTypeBuilder<SignInAttempt> builder)
    {
        builder.ToTable("SignInAttempts");
        builder.HasKey(attempt => new { attempt.AccountId, attempt.Place });
        builder.Property(attempt => attempt.Place).HasMaxLength(80);
        builder.HasIndex(attempt => attempt.LastAt);
    }

    public void Configure(EntityTypeBuilder<KnownBrowser> builder)
    {
        builder.ToTable("KnownBrowsers");
        builder.HasKey(browser => new { browser.AccountId, browser.KeyHash });
        builder.HasOne<Account>().WithMany().HasForeignKey(browser => browser.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
