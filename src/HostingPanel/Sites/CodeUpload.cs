using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Sites;

/// <summary>An archive that waits to become a site's code. Its bytes are a file named by its id in the uploads directory.</summary>
internal sealed class CodeUpload
{
    public required Guid Id { get; init; }
    public required string FileName { get; init; }
    public required long Bytes { get; init; }
    public required byte[] Sha256 { get; init; }
    public required Guid UploadedById { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class CodeUploadConfiguration : IEntityTypeConfiguration<CodeUpload>
{
    public void Configure(EntityTypeBuilder<CodeUpload> builder) => builder.Property(upload => upload.FileName).HasMaxLength(200);
}
