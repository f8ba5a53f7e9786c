using HostingPanel.Blueprints;
using HostingPanel.Volumes;

namespace HostingPanel.Web.Volumes;

/// <summary>Volumes and their coverage in the words of the REST contract.</summary>
internal static class VolumeContract
{
    public static Client.Volume ToContract(this VolumeView view) =>
        new(
            view.Id,
            view.Name,
            ToContract(view.Kind),
            view.State switch
            {
                VolumeState.New => Client.VolumeState.New,
                VolumeState.InUse => Client.VolumeState.InUse,
                VolumeState.Trashed => Client.VolumeState.Trashed,
                _ => throw new InvalidOperationException($"The contract has no word for a volume that is {view.State}."),
            },
            view.EngineName,
            view.Site,
            view.Organisation,
            view.MountedBy,
            view.Node,
            view.Bytes,
            view.ApparentBytes,
            view.Files,
            view.MeasuredAt,
            ToContract(view.Coverage),
            view.IsAdopted,
            view.ClonedFrom,
            view.CreatedAt,
            view.TrashedAt,
            view.KeptUntil
        );

    public static Client.VolumeMeasurement ToContract(this MeasurementView view) =>
        new(view.MeasuredAt, view.Bytes, view.ApparentBytes, view.Files);

    public static Client.UnknownVolume ToContract(this UnknownVolumeView view) =>
        new(view.Name, view.Node, view.IsOurs, view.CreatedAt, view.UsedBy, view.Obstacle, view.SeenAt);

    public static Client.VolumePurge ToContract(this PurgePreview preview) =>
        new(
            preview.Volume.ToContract(),
            [.. preview.Goes.Select(thing => new Client.PurgedThing(thing.What, thing.Text))],
            preview.Refusal?.Code,
            preview.Refusal?.Message
        );

    public static Client.CoverageReport ToContract(this CoverageReport report) =>
        new(
            new Client.CoverageSummary(report.Summary.Covered, report.Summary.Excluded, report.Summary.Uncovered, report.Summary.Note),
            [.. report.Items.Items.Select(ToContract)],
            report.Items.NextCursor
        );

    /// <summary>A kind as callers name it.</summary>
    public static VolumeKind? FromContract(Client.VolumeKind? kind) =>
        kind switch
        {
            null => null,
            Client.VolumeKind.Code => VolumeKind.Code,
            Client.VolumeKind.Files => VolumeKind.Files,
            Client.VolumeKind.Private => VolumeKind.Private,
            Client.VolumeKind.Database => VolumeKind.Database,
            Client.VolumeKind.Cache => VolumeKind.Cache,
            _ => throw new InvalidOperationException($"The panel has no kind of volume {kind}."),
        };

    /// <summary>A state as callers name it.</summary>
    public static CoverageState? FromContract(Client.CoverageState? state) =>
        state switch
        {
            null => null,
            Client.CoverageState.Covered => CoverageState.Covered,
            Client.CoverageState.Excluded => CoverageState.Excluded,
            Client.CoverageState.Uncovered => CoverageState.Uncovered,
            _ => throw new InvalidOperationException($"The panel has no coverage {state}."),
        };

    private static Client.CoverageItem ToContract(CoverageItem item) =>
        new(
            item.Site,
            item.Organisation,
            item.What switch
            {
                CoveredThing.Volume => Client.CoveredThing.Volume,
                CoveredThing.Database => Client.CoveredThing.Database,
                _ => throw new InvalidOperationException($"The contract has no word for {item.What}."),
            },
            item.Name,
            item.VolumeId,
            item.Kind is { } kind ? ToContract(kind) : null,
            ToContract(item.Coverage),
            [.. item.LeftOut.Select(omission => new Client.LeftOut(omission.Pattern, omission.Why))]
        );

    private static Client.Coverage ToContract(Coverage coverage) =>
        new(
            coverage.State switch
            {
                CoverageState.Covered => Client.CoverageState.Covered,
                CoverageState.Excluded => Client.CoverageState.Excluded,
                CoverageState.Uncovered => Client.CoverageState.Uncovered,
                _ => throw new InvalidOperationException($"The contract has no word for coverage that is {coverage.State}."),
            },
            coverage.Reason,
            coverage.DecidedBy,
            coverage.DecidedAt,
            coverage.LastCoveredAt
        );

    public static Client.VolumeKind ToContract(VolumeKind kind) =>
        kind switch
        {
            VolumeKind.Code => Client.VolumeKind.Code,
            VolumeKind.Files => Client.VolumeKind.Files,
            VolumeKind.Private => Client.VolumeKind.Private,
            VolumeKind.Database => Client.VolumeKind.Database,
            VolumeKind.Cache => Client.VolumeKind.Cache,
            _ => throw new InvalidOperationException($"The contract has no word for volumes of kind {kind}."),
        };
}
