using System.Globalization;
using System.Security.Cryptography;
using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Benchmarks;

/// <summary>What many sites have in the swarm beside what the panel's own code makes for them, and the removal of all of it.</summary>
internal sealed class SwarmThings(DockerClient docker, string installation)
{
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal) { ["hp.installation"] = installation };

    public Task MakeFrontAsync(CancellationToken cancellationToken) =>
        docker.Networks.CreateAsync(
            new NetworkCreateRequest
            {
                Name = $"{installation}-front",
                Driver = "overlay",
                Ipam = new Ipam { Config = [new IpamConfig { Subnet = $"10.116.{RandomNumberGenerator.GetInt32(256)}.0/24" }] },
                Labels = _labels,
            },
            cancellationToken
        );

    /// <summary>An empty volume with the labels; nobody looks into it.</summary>
    public Task MakeVolumeAsync(VolumeDefinition volume, CancellationToken cancellationToken) =>
        docker.Volumes.CreateAsync(
            new VolumeCreateRequest
            {
                Name = volume.Name,
                Labels = new Dictionary<string, string>(_labels, StringComparer.Ordinal)
                {
                    ["hp.site"] = volume.Owner.SiteId!.Value.ToString(),
                    ["hp.organisation"] = volume.Owner.OrganisationId!.Value.ToString(),
                    ["hp.volume"] = volume.Identity.ToString(),
                },
            },
            cancellationToken
        );

    /// <summary>As many tasks like this service's, which wait for a node that there is not.</summary>
    public async Task MakeTasksAsync(string like, int count, CancellationToken cancellationToken)
    {
        var found = await docker.Services.ListAsync(Filters.Name(like), status: false, cancellationToken);
        var template = found.First(service => service.Spec.Name == like).Spec.TaskTemplate;
        await docker.Services.CreateAsync(
            new ServiceSpec
            {
                Name = $"{installation}-tasks",
                Labels = _labels,
                Mode = ServiceMode.Replicas((ulong)count),
                EndpointSpec = new EndpointSpec { Mode = EndpointMode.Dnsrr },
                TaskTemplate = template with
                {
                    // A network has not so many addresses.
                    Networks = [],
                    Placement = new Placement { Constraints = ["node.id==nowhere"] },
                },
            },
            cancellationToken
        );
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(2));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while ((await docker.Tasks.ListAsync(Filters.Label("hp.installation", installation), bound.Token)).Count < count)
        {
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }

    public async Task RemoveAsync()
    {
        var ours = Filters.Label("hp.installation", installation);
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var several = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = bound.Token };
        await Parallel.ForEachAsync(
            await docker.Services.ListAsync(ours, status: false, bound.Token),
            several,
            async (service, token) => await docker.Services.RemoveAsync(service.Id, token)
        );
        await Parallel.ForEachAsync(
            await docker.Secrets.ListAsync(ours, bound.Token),
            several,
            async (secret, token) => await docker.Secrets.RemoveAsync(secret.Id, token)
        );
        await Parallel.ForEachAsync(
            await docker.Volumes.ListAsync(ours, bound.Token),
            several,
            async (volume, token) => await docker.Volumes.RemoveAsync(volume.Name, token)
        );
        // A network is free a moment after its last service.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (await docker.Networks.ListAsync(ours, bound.Token) is { Count: > 0 } networks)
        {
            await Parallel.ForEachAsync(networks, several, async (network, token) => await TryRemoveAsync(network.Id, token));
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }

    private async Task TryRemoveAsync(string network, CancellationToken cancellationToken)
    {
        try
        {
            await docker.Networks.RemoveAsync(network, cancellationToken);
        }
        catch (DockerApiException)
        {
            // In use for a moment still; the next round tries again, within the bound.
        }
    }
}
