using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Volumes.Operations;

/// <summary>
/// Makes a volume that was found on the node a site's: it gets a marker file with its new identity. What else is in it is not touched; if it
/// fails, the volume is what it was but for that file, and unknown again.
/// </summary>
internal sealed class AdoptVolume(VolumeStore store, ISwarm swarm) : IOperationKind
{
    public string Kind => OperationKinds.AdoptVolume;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.ArgumentsAs<VolumeArguments>().VolumeId;
        var site = await store.FindSiteAsync(operation.SiteId!.Value, cancellationToken);
        if (site?.Volumes.SingleOrDefault(volume => volume.Id == id) is not { } volume)
        {
            return operation.Undoing ? [] : throw new StepFailedException("volume-not-found", "The volume to take in has gone.");
        }

        var definition = new VolumeDefinition(
            volume.EngineName,
            volume.Id,
            Uid: 0,
            Gid: 0,
            UnixFileMode.None,
            new Ownership(site.Id, site.OrganisationId, operation.Id)
        );
        return
        [
            new Step("mark", "Put its identity into it", (_, token) => swarm.AdoptVolumeAsync(definition, token)),
            new Step("settle", "Give it to the site", (_, token) => store.SettleAsync(id, token)) { After = ["mark"] },
        ];
    }

    public async Task AbandonAsync(Operation operation, CancellationToken cancellationToken)
    {
        if (
            await store.FindAsync(operation.ArgumentsAs<VolumeArguments>().VolumeId, cancellationToken) is { State: VolumeState.New } volume
        )
        {
            await store.ForgetAsync(volume.Id, cancellationToken);
        }
    }
}
