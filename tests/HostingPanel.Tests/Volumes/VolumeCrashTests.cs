using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Tests.Simulation;
using HostingPanel.Volumes;

namespace HostingPanel.Tests.Volumes;

/// <summary>Fault F1 for what is done with volumes: killed at every effect, on the way forward and on the way back.</summary>
public sealed class VolumeCrashTests(PostgresFixture postgres) : CrashTest(postgres)
{
    internal static readonly Chapter[] Life =
    [
        new(OperationKinds.ProvisionSite, null),
        new(OperationKinds.MeasureVolumes, null) { Ask = MeasureAsync },
        new(OperationKinds.MeasureVolumes, null, Failing: "job") { Ask = MeasureAsync },
        new(OperationKinds.CloneVolume, null, Failing: "room") { Ask = CloneAsync },
        new(OperationKinds.CloneVolume, null, Failing: "volumes") { Ask = CloneAsync },
        new(OperationKinds.CloneVolume, null, Failing: "job hp-clone") { Ask = CloneAsync },
        new(OperationKinds.CloneVolume, null) { Ask = CloneAsync },
        new(OperationKinds.PurgeVolume, null, Failing: "remove volume") { Ask = PurgeAsync },
        new(OperationKinds.PurgeVolume, null) { Ask = PurgeAsync },
        new(OperationKinds.AdoptVolume, null, Failing: "adopt volume") { Ask = AdoptAsync },
        new(OperationKinds.AdoptVolume, null) { Ask = AdoptAsync },
        new(OperationKinds.CloneVolume, null) { Ask = CloneAsync },
        new(OperationKinds.TrashSite, SiteAction.Trash),
        // Its clone and what it took in go with it.
        new(OperationKinds.PurgeSite, SiteAction.Purge),
    ];

    [Fact(Timeout = 900_000)]
    public Task What_is_done_with_volumes_ends_as_if_nobody_had_been_killed() => KillEverywhereAsync("wordpress", Life);

    private static async Task<Guid> MeasureAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken) =>
        (await panel.Get<VolumeManager>().MeasureAsync(Actor.Panel, site.Slug, null, cancellationToken)).Value.Id;

    private static async Task<Guid> CloneAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var content = await FindAsync(panel, site, "content", cancellationToken);
        // What is copied can be told from what is not.
        site.Engine.Volumes[content.EngineName] = site.Engine.Volumes[content.EngineName] with
        {
            Fillings = [1, 2, 3],
        };
        return (await panel.Get<VolumeManager>().CloneAsync(Actor.Panel, content.Id, "copy", null, cancellationToken)).Value.Operation.Id;
    }

    private static async Task<Guid> PurgeAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var trash = panel.Get<VolumeTrash>();
        var copy = await FindAsync(panel, site, "copy", cancellationToken);
        if (copy.State != VolumeState.Trashed)
        {
            Assert.Null((await trash.PutAsync(Actor.Panel, copy.Id, null, cancellationToken)).Problem);
        }

        return (await trash.PurgeAsync(Actor.Panel, copy.Id, null, cancellationToken)).Value.Id;
    }

    private static async Task<Guid> AdoptAsync(SimulatedWorker panel, SiteInLife site, CancellationToken cancellationToken)
    {
        var name = $"found-{site.ShortId}";
        site.Engine.Volumes.TryAdd(name, new FakeVolume(Guid.Empty, [7]) { IsFound = true });
        await panel.Get<VolumeObserver>().ObserveAsync(cancellationToken);
        var command = new VolumeAdoption(site.Slug, "found", VolumeKind.Files);
        return (await panel.Get<VolumeManager>().AdoptAsync(Actor.Panel, name, command, null, cancellationToken)).Value.Operation.Id;
    }

    private static async Task<VolumeView> FindAsync(
        SimulatedWorker panel,
        SiteInLife site,
        string name,
        CancellationToken cancellationToken
    ) =>
        (await panel.Get<VolumeService>().ListOfSiteAsync(Actor.Panel, site.Slug, cancellationToken)).Value.Single(volume =>
            volume.Name == name
        );
}
