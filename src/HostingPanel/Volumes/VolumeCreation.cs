using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Volumes.Operations;
using Microsoft.Extensions.Options;

namespace HostingPanel.Volumes;

/// <summary>Checks and reserves what becomes a new volume of a site; the worker only makes it.</summary>
internal sealed class VolumeCreation(FreeSpace space, IOptions<PanelOptions> options, TimeProvider time)
{
    private readonly SiteNames _names = new(options.Value);

    /// <summary>A copy of a volume of the same site.</summary>
    public Outcome<OperationRequest> Clone(VolumeRequests.Scope scope, Volume source, string? name)
    {
        if (VolumeRules.NameFault(name) is { } fault)
        {
            return Problem.Invalid("name", fault);
        }

        if ((VolumeRules.SiteFault(scope.Site) ?? VolumeRules.CloneFault(source) ?? Exists(scope, name!)) is { } refused)
        {
            return refused;
        }

        if (CloneVolume.IsTorn(source, scope.Site.State))
        {
            return VolumeRules.Refused(
                "site-is-running",
                $"{source.Name} holds the files of a database server that runs; a copy of them would be torn. Stop {scope.Site.Slug} first."
            );
        }

        // By the last measurement; the operation measures once more before it begins.
        if (space.Fault(source.Bytes ?? 0) is { } roomless)
        {
            return roomless;
        }

        var target = Add(scope, name!, source.Kind, _names.Volume(scope.Site.ShortId, name!), isAdopted: false, source);
        return new OperationRequest(
            OperationKinds.CloneVolume,
            scope.Site.Id,
            VolumeRules.TargetOf(scope.Site, source.Name),
            Node: source.NodeId,
            Arguments: new CloneArguments(source.Id, target.Id)
        )
        {
            TargetId = source.Id,
        };
    }

    /// <summary>A volume that was found becomes the site's.</summary>
    public Outcome<OperationRequest> Adopt(VolumeRequests.Scope scope, UnknownVolume? unknown, string engineName, VolumeAdoption command)
    {
        if (unknown is null)
        {
            return Problem.NotFound("unknown-volume", engineName);
        }

        if (unknown.Obstacle is { } obstacle)
        {
            return VolumeRules.Refused("volume-not-adoptable", $"“{engineName}” can't become a site's: {obstacle}");
        }

        if (unknown.UsedBy is [var user, ..])
        {
            return VolumeRules.Refused(
                "volume-is-mounted",
                $"The container “{user}” has “{engineName}”. Remove it first; two owners of one volume would harm each other."
            );
        }

        if ((VolumeRules.SiteFault(scope.Site) ?? Exists(scope, command.Name!)) is { } refused)
        {
            return refused;
        }

        var volume = Add(scope, command.Name!, command.Kind!.Value, engineName, isAdopted: true, source: null);
        (volume.NodeId, volume.NodeName) = (unknown.NodeId, unknown.NodeName);
        return new OperationRequest(
            OperationKinds.AdoptVolume,
            scope.Site.Id,
            VolumeRules.TargetOf(scope.Site, volume.Name),
            Node: unknown.NodeId,
            Arguments: new VolumeArguments(volume.Id)
        )
        {
            TargetId = volume.Id,
        };
    }

    private Volume Add(VolumeRequests.Scope scope, string name, VolumeKind kind, string engineName, bool isAdopted, Volume? source)
    {
        var volume = new Volume
        {
            Id = Ids.New(time),
            SiteId = scope.Site.Id,
            Name = name,
            Kind = kind,
            EngineName = engineName,
            MountedBy = [],
            CreatedAt = time.GetStoredNow(),
            State = VolumeState.New,
            IsAdopted = isAdopted,
            ClonedFromId = source?.Id,
            NodeId = source?.NodeId,
            NodeName = source?.NodeName,
        };
        scope.Context.Volumes.Add(volume);
        return volume;
    }

    private static Problem? Exists(VolumeRequests.Scope scope, string name) =>
        scope.Volumes.Any(volume => volume.Name == name)
            ? VolumeRules.Refused(
                "volume-exists",
                $"{scope.Site.Slug} has a volume “{name}” already (it may be in the trash). Choose another name."
            )
            : null;
}
