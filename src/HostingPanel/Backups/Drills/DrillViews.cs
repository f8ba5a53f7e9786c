using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Drills;

/// <summary>A drill as it is shown.</summary>
/// <param name="Id">Its identity: that of its operation.</param>
/// <param name="RestorePointId">What was drilled.</param>
/// <param name="Site">The slug of the site, as it was when the restore point was taken.</param>
/// <param name="Target">The target that it was restored from; null where it did not come to that.</param>
/// <param name="Reason">Why it was drilled.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="StartedAt">When it was begun; null while it waits.</param>
/// <param name="FinishedAt">When it ended; null while it is under way.</param>
/// <param name="Verdict">How it ended; null while it is under way.</param>
/// <param name="FaultCode">Why it did not pass, a stable word.</param>
/// <param name="Fault">The same for people.</param>
/// <param name="Recovery">The measured recovery time, from its beginning to the first good answer; null where none came.</param>
/// <param name="ChecksPassed">How many checks passed.</param>
/// <param name="ChecksFailed">How many failed.</param>
public sealed record RestoreDrillView(
    Guid Id,
    Guid RestorePointId,
    string Site,
    string? Target,
    RestoreDrillReason Reason,
    string RequestedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    RestoreDrillVerdict? Verdict,
    string? FaultCode,
    string? Fault,
    TimeSpan? Recovery,
    int ChecksPassed,
    int ChecksFailed
)
{
    internal static async Task<IReadOnlyList<RestoreDrillView>> ListAsync(
        IQueryable<RestoreDrill> query,
        CancellationToken cancellationToken
    )
    {
        var rows = await query
            .Select(drill => new
            {
                drill.Id,
                drill.RestorePointId,
                drill.SiteSlug,
                drill.TargetName,
                drill.Reason,
                drill.RequestedByName,
                drill.CreatedAt,
                drill.StartedAt,
                drill.FinishedAt,
                drill.Verdict,
                drill.FaultCode,
                drill.Fault,
                drill.RecoverySeconds,
                Passed = drill.Checks.Count(check => check.Outcome == RestoreDrillOutcome.Passed),
                Failed = drill.Checks.Count(check => check.Outcome == RestoreDrillOutcome.Failed),
            })
            .ToListAsync(cancellationToken);
        return
        [
            .. rows.Select(row => new RestoreDrillView(
                row.Id,
                row.RestorePointId,
                row.SiteSlug,
                row.TargetName,
                row.Reason,
                row.RequestedByName,
                row.CreatedAt,
                row.StartedAt,
                row.FinishedAt,
                row.Verdict,
                row.FaultCode,
                row.Fault,
                row.RecoverySeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                row.Passed,
                row.Failed
            )),
        ];
    }
}

/// <summary>A drill with its evidence.</summary>
/// <param name="Drill">The drill.</param>
/// <param name="Checks">What each check has shown, in the order in which they were made.</param>
/// <param name="Phases">How long each step took up to the first good answer.</param>
/// <param name="PageStatus">The status that the front page came with; null where none came.</param>
/// <param name="PageTitle">Its title.</param>
/// <param name="Page">Its beginning as it came: a stranger's text, to be shown as text and never as a page.</param>
public sealed record RestoreDrillEvidence(
    RestoreDrillView Drill,
    IReadOnlyList<RestoreDrillCheckView> Checks,
    IReadOnlyList<DrillPhaseView> Phases,
    int? PageStatus,
    string? PageTitle,
    string? Page
)
{
    /// <summary>The picture of its front page; null where there is none, and the check <c>picture</c> says why.</summary>
    public DrillPictureView? Picture { get; init; }

    /// <summary>Why a picture that was made is not there any more, for people; null for one that is there, or was never made.</summary>
    public string? PictureGone { get; init; }
}

/// <summary>A picture of a front page.</summary>
/// <param name="MediaType"><c>image/png</c> or <c>image/webp</c>.</param>
/// <param name="Width">In points.</param>
/// <param name="Height">In points.</param>
/// <param name="Bytes">Size of the file.</param>
public sealed record DrillPictureView(string MediaType, int Width, int Height, int Bytes);

/// <summary>The file of a picture.</summary>
/// <param name="View">What it is.</param>
/// <param name="FileName">What to call it.</param>
/// <param name="Content">The file.</param>
public sealed record DrillPictureFile(DrillPictureView View, string FileName, ReadOnlyMemory<byte> Content);

/// <summary>What a check has shown.</summary>
/// <param name="Name">A stable word, with a colon and the thing that was checked where there may be several.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Outcome">What it has shown.</param>
/// <param name="Text">The same for people, with the figures.</param>
/// <param name="Compared">How many things were compared; null where it is no matter of counting.</param>
/// <param name="Differing">How many of them were not as they should be.</param>
/// <param name="Details">The first of those, one line each.</param>
/// <param name="At">When.</param>
public sealed record RestoreDrillCheckView(
    string Name,
    string Title,
    RestoreDrillOutcome Outcome,
    string Text,
    long? Compared,
    long? Differing,
    IReadOnlyList<string> Details,
    DateTimeOffset At
)
{
    internal static RestoreDrillCheckView From(RestoreDrillCheck check) =>
        new(check.Name, check.Title, check.Outcome, check.Text, check.Compared, check.Differing, check.Details, check.At);
}

/// <summary>A part of a drill's way.</summary>
/// <param name="Name">The step.</param>
/// <param name="Title">What it did.</param>
/// <param name="Duration">How long it took; steps run side by side, so that all together are more than the whole.</param>
public sealed record DrillPhaseView(string Name, string Title, TimeSpan Duration);

/// <summary>What a site could be brought back to, and how fast: what its restore points and drills have shown.</summary>
/// <param name="Site">Its slug.</param>
/// <param name="LastTakenAt">The moment that its newest good restore point is of; null while it has none.</param>
/// <param name="LastTakenId">That restore point.</param>
/// <param name="LastProvedAt">When one of its restore points was last restored and found right; null while none was.</param>
/// <param name="LastProvedId">That restore point.</param>
/// <param name="ProvedPointAt">The moment that its newest proved restore point is of: what it can surely be brought back to.</param>
/// <param name="RecoveryPointAge">How old the newest good restore point is: what would be lost now.</param>
/// <param name="LastRecovery">The recovery time of the last drill that passed.</param>
/// <param name="TypicalRecovery">The median of the last ten of these.</param>
/// <param name="LastDrill">Its last drill that has ended; null while there is none.</param>
/// <param name="RunningDrill">The drill that is under way; null when none is.</param>
/// <param name="Suspicious">Its good restore points that something speaks against.</param>
/// <param name="HasAlert">True when its last drill failed, or its newest restore point is suspicious: somebody has to look.</param>
public sealed record SiteRecovery(
    string Site,
    DateTimeOffset? LastTakenAt,
    Guid? LastTakenId,
    DateTimeOffset? LastProvedAt,
    Guid? LastProvedId,
    DateTimeOffset? ProvedPointAt,
    TimeSpan? RecoveryPointAge,
    TimeSpan? LastRecovery,
    TimeSpan? TypicalRecovery,
    RestoreDrillView? LastDrill,
    Guid? RunningDrill,
    int Suspicious,
    bool HasAlert
);
