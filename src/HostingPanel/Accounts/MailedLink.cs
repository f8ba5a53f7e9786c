using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Accounts;

/// <summary>What a link in a mail is for.</summary>
internal enum MailedLinkKind
{
    /// <summary>Choosing a new password.</summary>
    ResetPassword,

    /// <summary>Showing that an address is one's own, and taking it into use.</summary>
    ConfirmEmail,
}

/// <summary>A link in a mail. Only its hash is stored; it works once, and not for long.</summary>
internal sealed class MailedLink
{
    public static readonly TimeSpan ResetLife = TimeSpan.FromHours(1);
    public static readonly TimeSpan ConfirmLife = TimeSpan.FromHours(24);

    public required Guid Id { get; init; }
    public required MailedLinkKind Kind { get; init; }
    public required Guid AccountId { get; init; }
    public required byte[] TokenHash { get; init; }

    /// <summary>The address that the mail went to.</summary>
    public required string Email { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? UsedAt { get; init; }
}

internal sealed class MailedLinkConfiguration : IEntityTypeConfiguration<MailedLink>
{
    public void Configure(EntityTypeBuilder<MailedLink> builder)
    {
        builder.ToTable("MailedLinks");
        builder.HasIndex(link => link.TokenHash).IsUnique();
        builder.HasIndex(link => new { link.AccountId, link.Kind });
        builder.Property(link => link.Email).HasMaxLength(254);
        builder.HasOne<Account>().WithMany().HasForeignKey(link => link.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
