using HostingPanel.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Accounts;

/// <summary>A person who logs in.</summary>
internal sealed class Account
{
    public required Guid Id { get; init; }
    public required string Email { get; set; }

    /// <summary>The address in lower case: one account each.</summary>
    public required string NormalizedEmail { get; set; }
    public required string Name { get; set; }
    public required string PasswordHash { get; set; }

    /// <summary>What they are among the provider's staff; null for who only belongs to organisations.</summary>
    public required StaffRole? Role { get; set; }

    /// <summary>Since when they may do nothing; null while they may.</summary>
    public DateTimeOffset? SuspendedAt { get; set; }

    /// <summary>Changes with password and role; a cookie that carries another one is void.</summary>
    public required Guid SecurityStamp { get; set; }
    public required DateTimeOffset PasswordChangedAt { get; set; }

    /// <summary>Since when it is known that mail to the address reaches its owner.</summary>
    public DateTimeOffset? EmailConfirmedAt { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A one-time link that lets the first administrator in. Only its hash is stored.</summary>
internal sealed class SetupLink
{
    public required Guid Id { get; init; }
    public required byte[] TokenHash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class AccountConfiguration : IEntityTypeConfiguration<Account>, IEntityTypeConfiguration<SetupLink>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.HasIndex(account => account.NormalizedEmail).IsUnique();
        builder.Property(account => account.Email).HasMaxLength(254);
        builder.Property(account => account.NormalizedEmail).HasMaxLength(254);
        builder.Property(account => account.Name).HasMaxLength(120);
        builder.Property(account => account.Role).HasConversion<string>().HasMaxLength(20);
    }

    public void Configure(EntityTypeBuilder<SetupLink> builder) => builder.HasIndex(link => link.TokenHash).IsUnique();
}
