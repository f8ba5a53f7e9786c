namespace HostingPanel.Backups.Browsing;

/// <summary>A download as it is shown.</summary>
/// <param name="Id">Its identity: that of the operation that made it.</param>
/// <param name="Site">The slug of the site, as it was then.</param>
/// <param name="RestorePointId">Out of which restore point; null for a key.</param>
/// <param name="Kind">What is in it.</param>
/// <param name="FileName">How the file is called.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its checksum.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it goes.</param>
/// <param name="TakenAt">When somebody first took it; null while nobody did.</param>
public sealed record DownloadView(
    Guid Id,
    string Site,
    Guid? RestorePointId,
    DownloadKind Kind,
    string FileName,
    long Bytes,
    string Sha256,
    string RequestedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? TakenAt
)
{
    internal static DownloadView From(BackupDownload row) =>
        new(
            row.Id,
            row.SiteSlug,
            row.RestorePointId,
            row.Kind,
            row.FileName,
            row.Bytes,
            row.Sha256,
            row.RequestedByName,
            row.CreatedAt,
            row.ExpiresAt,
            row.TakenAt
        );
}

/// <summary>A download that may be sent.</summary>
/// <param name="View">What it is.</param>
/// <param name="Path">The file.</param>
public sealed record DownloadFile(DownloadView View, string Path);

/// <summary>A repository of a site.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="TargetId">The target that it is at.</param>
/// <param name="Target">That target's name.</param>
/// <param name="Address">How restic finds it.</param>
/// <param name="ResticId">What restic calls it; null while it was not made.</param>
/// <param name="InitialisedAt">When it was made.</param>
public sealed record RepositoryView(Guid Id, Guid TargetId, string Target, string Address, string? ResticId, DateTimeOffset? InitialisedAt);
