using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Persistence;

/// <summary>A key of the web's cookies, kept here so that a replaced web container signs nobody out.</summary>
internal sealed class DataProtectionKey
{
    public required string FriendlyName { get; init; }
    public required string Xml { get; init; }
}

internal sealed class DataProtectionKeyConfiguration : IEntityTypeConfiguration<DataProtectionKey>
{
    public void Configure(EntityTypeBuilder<DataProtectionKey> builder)
    {
        builder.HasKey(key => key.FriendlyName);
        builder.Property(key => key.FriendlyName).HasMaxLength(120);
    }
}

/// <summary>Reads and writes the keys as text; the web's adapter makes XML of it.</summary>
public sealed class DataProtectionKeyStore(IDbContextFactory<PanelDbContext> contexts)
{
    /// <summary>All keys.</summary>
    public IReadOnlyList<string> All()
    {
        using var context = contexts.CreateDbContext();
        return context.DataProtectionKeys.AsNoTracking().Select(key => key.Xml).ToList();
    }

    /// <summary>Adds a key.</summary>
    public void Add(string friendlyName, string xml)
    {
        using var context = contexts.CreateDbContext();
        context.DataProtectionKeys.Add(new DataProtectionKey { FriendlyName = friendlyName, Xml = xml });
        context.SaveChanges();
    }
}
