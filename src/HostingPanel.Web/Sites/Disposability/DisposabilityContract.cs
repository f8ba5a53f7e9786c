using HostingPanel.Platform;
using HostingPanel.Sites.Disposability;

namespace HostingPanel.Web.Sites.Disposability;

/// <summary>Disposability drills in the words of the REST contract.</summary>
internal static class DisposabilityContract
{
    public static Client.DisposabilityDrill ToContract(this DrillView view) =>
        new(
            view.Id,
            view.StartedAt,
            view.RequestedBy,
            view.FinishedAt,
            view.Verdict is { } verdict ? ToContract(verdict) : null,
            view.Reason,
            view.Containers,
            view.Recovery?.TotalSeconds,
            view.WasInterrupted,
            [.. view.Kept.Select(kept => new Client.KeptPath(kept.Service, kept.Path, ToContract(kept.Kind), kept.Hint, kept.IsMadeAgain))],
            view.KeptTotal,
            [.. view.Lost.Select(ToContract)],
            view.LostTotal,
            [.. view.Changed.Select(ToContract)],
            view.ChangedTotal,
            view.NotCompared,
            ToContract(view.Before),
            ToContract(view.After)
        );

    private static Client.DrillFinding ToContract(Finding finding) =>
        new(ToContract(finding.Subject), finding.Where, finding.What, finding.Text, finding.Hint);

    private static Client.SiteFingerprint? ToContract(FingerprintView? view) =>
        view is null
            ? null
            : new Client.SiteFingerprint(
                view.Status,
                view.Title,
                view.PageDigest,
                [.. view.Databases.Select(database => new Client.DatabaseFingerprint(database.Name, database.Tables, database.Rows))],
                [
                    .. view.Volumes.Select(volume => new Client.VolumeFingerprint(
                        volume.Name,
                        volume.Files,
                        volume.Bytes,
                        volume.Checksum,
                        volume.Unread
                    )),
                ]
            );

    private static Client.DrillVerdict ToContract(DrillVerdict verdict) =>
        verdict switch
        {
            DrillVerdict.NothingLost => Client.DrillVerdict.NothingLost,
            DrillVerdict.Lost => Client.DrillVerdict.Lost,
            DrillVerdict.DidNotRecover => Client.DrillVerdict.DidNotRecover,
            DrillVerdict.Unfinished => Client.DrillVerdict.Unfinished,
            _ => throw new InvalidOperationException($"The contract has no word for the verdict {verdict}."),
        };

    private static Client.LayerChange ToContract(LayerChangeKind kind) =>
        kind switch
        {
            LayerChangeKind.Modified => Client.LayerChange.Modified,
            LayerChangeKind.Added => Client.LayerChange.Added,
            LayerChangeKind.Deleted => Client.LayerChange.Deleted,
            _ => throw new InvalidOperationException($"The contract has no word for the change {kind}."),
        };

    private static Client.DrillSubject ToContract(FindingSubject subject) =>
        subject switch
        {
            FindingSubject.Page => Client.DrillSubject.Page,
            FindingSubject.Table => Client.DrillSubject.Table,
            FindingSubject.Volume => Client.DrillSubject.Volume,
            FindingSubject.File => Client.DrillSubject.File,
            FindingSubject.Container => Client.DrillSubject.Container,
            _ => throw new InvalidOperationException($"The contract has no word for the subject {subject}."),
        };
}
