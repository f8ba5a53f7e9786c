using HostingPanel.Platform;

namespace HostingPanel.Sites.Disposability;

/// <summary>A disposability drill as it is shown.</summary>
/// <param name="Id">Its operation's id.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="RequestedBy">Who wanted it.</param>
/// <param name="FinishedAt">When it ended; null while it goes on.</param>
/// <param name="Verdict">How it ended; null while it goes on.</param>
/// <param name="Reason">Why it did not come to its end.</param>
/// <param name="Containers">How many containers were removed.</param>
/// <param name="Recovery">From the removal until the site answered; null when it was not seen to answer.</param>
/// <param name="WasInterrupted">True when the worker was away meanwhile: it may have answered earlier.</param>
/// <param name="Kept">What the containers had kept outside of volumes, as far as it is listed.</param>
/// <param name="KeptTotal">How much that was.</param>
/// <param name="Lost">What was there before and is less or gone, as far as it is listed.</param>
/// <param name="LostTotal">How much that is.</param>
/// <param name="Changed">What is more, or other, as far as it is listed.</param>
/// <param name="ChangedTotal">How much that is.</param>
/// <param name="NotCompared">What was left out, each with the reason.</param>
/// <param name="Before">The fingerprint of before; null when it was not taken.</param>
/// <param name="After">The fingerprint of after; null when it was not taken.</param>
public sealed record DrillView(
    Guid Id,
    DateTimeOffset StartedAt,
    string RequestedBy,
    DateTimeOffset? FinishedAt,
    DrillVerdict? Verdict,
    string? Reason,
    int Containers,
    TimeSpan? Recovery,
    bool WasInterrupted,
    IReadOnlyList<KeptPathView> Kept,
    int KeptTotal,
    IReadOnlyList<Finding> Lost,
    int LostTotal,
    IReadOnlyList<Finding> Changed,
    int ChangedTotal,
    IReadOnlyList<string> NotCompared,
    FingerprintView? Before,
    FingerprintView? After
)
{
    internal static DrillView From(DisposabilityDrill drill)
    {
        var findings = drill.Findings is { } found ? StoredJson.Read<Findings>(found) : Findings.Of([], []);
        var before = Fingerprint(drill.Before);
        return new DrillView(
            drill.Id,
            drill.StartedAt,
            drill.RequestedByName,
            drill.FinishedAt,
            drill.Verdict,
            drill.Reason,
            drill.ContainerIds.Count,
            drill.AnsweredAt - drill.RemovedAt,
            drill.WasInterrupted,
            [
                .. StoredJson
                    .Read<List<KeptPath>>(drill.Kept)
                    .Select(kept => new KeptPathView(kept.Service, kept.Path, kept.Kind, kept.Hint, kept.IsMadeAgain)),
            ],
            drill.KeptTotal,
            findings.Lost,
            findings.LostTotal,
            findings.Changed,
            findings.ChangedTotal,
            before?.NotCompared ?? [],
            FingerprintView.From(before),
            FingerprintView.From(Fingerprint(drill.After))
        );
    }

    private static SiteFingerprint? Fingerprint(string? json) => json is null ? null : StoredJson.Read<SiteFingerprint>(json);
}

/// <summary>Something that a container kept outside of volumes.</summary>
/// <param name="Service">The container's service.</param>
/// <param name="Path">Where in the container.</param>
/// <param name="Kind">How it differed from the image.</param>
/// <param name="Hint">Where it belongs.</param>
/// <param name="IsMadeAgain">True when the new container has made it again by itself, with whatever contents.</param>
public sealed record KeptPathView(string Service, string Path, LayerChangeKind Kind, string Hint, bool IsMadeAgain);

/// <summary>A fingerprint in numbers.</summary>
/// <param name="Status">The front page's HTTP status.</param>
/// <param name="Title">The front page's title.</param>
/// <param name="PageDigest">SHA-256 of the front page without what is new in each answer; null when it differs by itself.</param>
/// <param name="Databases">Its databases.</param>
/// <param name="Volumes">Its volumes.</param>
public sealed record FingerprintView(
    int Status,
    string? Title,
    string? PageDigest,
    IReadOnlyList<DatabaseFingerprintView> Databases,
    IReadOnlyList<VolumeFingerprintView> Volumes
)
{
    internal static FingerprintView? From(SiteFingerprint? fingerprint) =>
        fingerprint is null
            ? null
            : new FingerprintView(
                fingerprint.Page.Status,
                fingerprint.Page.Title,
                fingerprint.Page.Digest,
                [
                    .. fingerprint.Databases.Select(database => new DatabaseFingerprintView(
                        database.Name,
                        database.Rows.Count,
                        database.Rows.Values.Sum()
                    )),
                ],
                [
                    .. fingerprint.Volumes.Select(volume => new VolumeFingerprintView(
                        volume.Name,
                        volume.Files,
                        volume.Bytes,
                        volume.Checksum,
                        volume.Unread
                    )),
                ]
            );
}

/// <summary>A database in numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tables">How many tables.</param>
/// <param name="Rows">How many rows in all of them.</param>
public sealed record DatabaseFingerprintView(string Name, int Tables, long Rows);

/// <summary>A volume in numbers.</summary>
/// <param name="Name">Its name within the site.</param>
/// <param name="Files">How many names that are no directories.</param>
/// <param name="Bytes">Of its plain files.</param>
/// <param name="Checksum">SHA-256 over names, kinds, owners, modes, link targets and contents.</param>
/// <param name="Unread">Places that could not be read.</param>
public sealed record VolumeFingerprintView(string Name, long Files, long Bytes, string Checksum, int Unread);
