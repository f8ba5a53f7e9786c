using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Backups;

/// <summary>
/// The pair of keys by which the web hands a target's credentials to the worker: everybody may close with the one half, and only the worker,
/// who has the key to the other half, can open. There is one row.
/// </summary>
internal sealed class SealingKey
{
    public const int OnlyId = 1;

    public required int Id { get; init; }

    /// <summary>As a SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>As PKCS 8, encrypted with the worker's key.</summary>
    public required byte[] PrivateKey { get; init; }
}

internal sealed class SealingKeyConfiguration : IEntityTypeConfiguration<SealingKey>
{
    public void Configure(EntityTypeBuilder<SealingKey> builder)
    {
        builder.ToTable("SealingKeys");
        builder.Property(key => key.Id).ValueGeneratedNever();
    }
}
