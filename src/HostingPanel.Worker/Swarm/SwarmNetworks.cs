using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>The sites' own overlay networks.</summary>
internal sealed class SwarmNetworks(DockerClient docker, SwarmOptions options, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The swarm has forgotten a network at once, a node takes a moment longer; one that is stuck there is not waited for.</summary>
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(5);

    public async Task EnsureAsync(NetworkDefinition network, CancellationToken cancellationToken)
    {
        if (await FindAsync(network.Name, cancellationToken) is { } existing)
        {
            if (existing.Labels.GetValueOrDefault(Labels.Installation) != options.Installation)
            {
                throw new PlatformException(
                    "name-taken-in-engine",
                    $"There is a network “{network.Name}” in the engine that this panel has not made. Rename or remove it there."
                );
            }

            return;
        }

        try
        {
            await docker.Networks.CreateAsync(
                new NetworkCreateRequest
                {
                    Name = network.Name,
                    Driver = "overlay",
                    // No way out and none in: only the front service also stands on the front network.
                    Internal = !network.LeadsOut,
                    Ipam = network.Subnet is { } subnet ? new Ipam { Config = [new IpamConfig { Subnet = subnet }] } : null,
                    Labels = Labels.Of(options.Installation, network.Owner),
                },
                cancellationToken
            );
        }
        catch (DockerConflictException)
        {
            // The same step, run twice, has met itself.
        }
        catch (DockerApiException refused) when (refused.Message.Contains("overlap", StringComparison.OrdinalIgnoreCase))
        {
            throw new PlatformException(
                "subnet-taken",
                $"The subnet {network.Subnet} is used by a network that this panel has not made. Give the panel a range of its own (SITE_SUBNETS), then run ./panel up.",
                refused
            );
        }
    }

    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        long? removed = null;
        while (
            await FindAsync(name, cancellationToken) is { } network
            && network.Labels.GetValueOrDefault(Labels.Installation) == options.Installation
        )
        {
            try
            {
                await docker.Networks.RemoveAsync(network.Id, cancellationToken);
                removed ??= time.GetTimestamp();
            }
            catch (DockerNotFoundException)
            {
                removed ??= time.GetTimestamp();
            }
            catch (DockerApiException inUse) when (inUse.Status is not null)
            {
                // Its last container is still leaving. The step's time-out bounds this.
            }

            if (removed is { } since && time.GetElapsedTime(since) > NodeTimeout)
            {
                return;
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    /// <summary>Names by id of those of these networks, in one call; refuses when one is not there.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var wanted = names.ToHashSet(StringComparer.Ordinal);
        if (wanted.Count == 0)
        {
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }

        var found = (await docker.Networks.ListAsync(Filters.Name([.. wanted]), cancellationToken))
            .Where(network => wanted.Contains(network.Name))
            .ToDictionary(network => network.Id, network => network.Name, StringComparer.Ordinal);
        return wanted.Except(found.Values, StringComparer.Ordinal).FirstOrDefault() is { } missing
            ? throw new PlatformException(
                "network-missing",
                $"The network {missing} is not in the swarm. The panel makes those of sites by itself, ./panel up its own."
            )
            : found;
    }

    private async Task<NetworkResponse?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await docker.Networks.ListAsync(Filters.Name(name), cancellationToken)).FirstOrDefault(network => network.Name == name);
}
