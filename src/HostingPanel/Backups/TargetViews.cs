namespace HostingPanel.Backups;

/// <summary>A target as it is shown; what it asks for to be let in is not.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What kind of place it is.</param>
/// <param name="Address">Where it is; null for a local one.</param>
/// <param name="UploadKib">How much may be sent to it, in KiB/s; null for as much as there is.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="RetiredAt">Since when nothing new is kept there.</param>
/// <param name="Repositories">How many sites have restore points there.</param>
/// <param name="LastSuccessAt">When a copy there, or a test of it, last succeeded.</param>
/// <param name="LastFaultAt">When one last failed.</param>
/// <param name="LastFaultCode">Why, a stable word.</param>
/// <param name="LastFault">The same for people.</param>
public sealed record BackupTargetView(
    Guid Id,
    string Name,
    TargetKind Kind,
    string? Address,
    int? UploadKib,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RetiredAt,
    int Repositories,
    DateTimeOffset? LastSuccessAt,
    DateTimeOffset? LastFaultAt,
    string? LastFaultCode,
    string? LastFault
)
{
    /// <summary>True while it was never in use: somebody tries it out before they keep anything there.</summary>
    public bool IsDraft => RetiredAt == CreatedAt;

    /// <summary>True when what was last kept there, or tried, failed.</summary>
    public bool IsFaulty => LastFaultAt is { } fault && !(LastSuccessAt > fault);

    internal static BackupTargetView From(BackupTarget target, int repositories) =>
        new(
            target.Id,
            target.Name,
            target.Kind,
            TargetAddress.Show(target),
            target.UploadKib,
            target.CreatedAt,
            target.RetiredAt,
            repositories,
            target.LastSuccessAt,
            target.LastFaultAt,
            target.LastFaultCode,
            target.LastFault
        );
}
