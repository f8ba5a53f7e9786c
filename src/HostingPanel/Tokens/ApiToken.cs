using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Tokens;

/// <summary>A script's key to the REST API. Only its hash is stored.</summary>
internal sealed class ApiToken
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }

    /// <summary>The first characters, to tell tokens apart.</summary>
    public required string Prefix { get; init; }
    public required byte[] Hash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedByName { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; set; }
}

internal sealed class ApiTokenConfiguration : IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.HasIndex(token => token.Hash).IsUnique();
        builder.Property(token => token.Name).HasMaxLength(80);
        builder.Property(token => token.Prefix).HasMaxLength(12);
        builder.Property(token => token.CreatedByName).HasMaxLength(120);
    }
}
