using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Platform;
using NetworkAttachment = HostingPanel.Platform.NetworkAttachment;

namespace HostingPanel.Integration.Tests.Reconciliation;

/// <summary>Why something does not run is read from wherever the engine hides it.</summary>
[Collection(InstallationTests.Name)]
public sealed class ReasonTests(TestInstallation installation)
{
    private const long Megabyte = 1 << 20;

    [Fact(Timeout = 120_000)]
    public Task A_container_that_needs_more_memory_than_it_may_have() =>
        HasReasonAsync("out-of-memory", container => container with { Command = ["tail", "/dev/zero"] });

    [Fact(Timeout = 120_000)]
    public Task A_container_that_was_killed_by_hand() => HasReasonAsync("killed", container => container, KillAsync);

    [Fact(Timeout = 120_000)]
    public async Task An_image_that_has_gone_under_a_container_that_ran()
    {
        installation.Require();
        var image = $"hostingpanel/{installation.Name}:gone";
        await installation.Docker.Images.TagAsync(installation.Images["toolbox"], image, TestContext.Current.CancellationToken);
        await HasReasonAsync(
            "image-missing",
            container => container with { Image = image },
            async (service, token) =>
            {
                await RunsAsync(service, token);
                await installation.Docker.Images.RemoveAsync(image, force: true, token);
                await KillAsync(service, token);
            }
        );
    }

    [Fact(Timeout = 120_000)]
    public Task A_port_that_another_service_of_the_swarm_has() =>
        HasReasonAsync("port-taken", container => container, (service, token) => PublishAsync(service, installation.HttpPort, token));

    [Fact(Timeout = 120_000)]
    public async Task A_port_that_another_program_of_the_machine_has()
    {
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await HasReasonAsync(
            "port-taken",
            // Of a container on internal networks alone the engine publishes nothing, and says nothing either.
            container => container with { Networks = [new NetworkAttachment($"{installation.Name}-front", [])] },
            (service, token) => PublishAsync(service, port, token)
        );
    }

    [Fact(Timeout = 120_000)]
    public Task A_container_that_never_becomes_healthy() =>
        HasReasonAsync(
            "unhealthy",
            container =>
                container with
                {
                    Health = new HealthCheckDefinition(["false"], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 2, TimeSpan.Zero),
                }
        );

    [Fact(Timeout = 120_000)]
    public Task A_program_that_ends_by_itself() =>
        HasReasonAsync("ends-by-itself", container => container with { Command = ["sh", "-c", "exit 3"] });

    [Fact(Timeout = 120_000)]
    public async Task A_volume_that_is_not_the_right_one()
    {
        installation.Require();
        var (name, identity) = ($"{installation.Name}-unmarked", Guid.CreateVersion7());
        var token = TestContext.Current.CancellationToken;
        // Its label is right, and nobody has written the marker into it.
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["hp.installation"] = installation.Name,
            ["hp.volume"] = identity.ToString(),
        };
        await installation.Docker.Volumes.CreateAsync(new VolumeCreateRequest { Name = name, Labels = labels }, token);
        await HasReasonAsync(
            "wrong-volume",
            container => container with { Volumes = [new VolumeMount(name, identity, "/data")] },
            after: cancellationToken => Eventually.TrueAsync(() => TryRemoveVolumeAsync(name, cancellationToken), cancellationToken)
        );
    }

    [Fact(Timeout = 120_000)]
    public Task A_network_without_an_address_left() => HasReasonAsync("no-address-left", container => container, replicas: 9);

    /// <summary>The panel's own specs have no words for a port of the machine; somebody adds one by hand.</summary>
    private async Task PublishAsync(string name, int port, CancellationToken cancellationToken)
    {
        var found = await installation.Docker.Services.ListAsync(Filters.Name(name), status: false, cancellationToken);
        var service = found.Single(service => service.Spec.Name == name);
        var endpoint = new EndpointSpec
        {
            Mode = EndpointMode.Dnsrr,
            Ports =
            [
                new EndpointPortConfig
                {
                    TargetPort = 80,
                    PublishedPort = port,
                    PublishMode = PortPublishMode.Host,
                },
            ],
        };
        await installation.Docker.Services.UpdateAsync(
            service.Id,
            service.Version,
            service.Spec with
            {
                EndpointSpec = endpoint,
            },
            cancellationToken
        );
    }

    private async Task KillAsync(string service, CancellationToken cancellationToken)
    {
        var container = await RunsAsync(service, cancellationToken);
        await installation.Docker.Containers.KillAsync(container, "SIGKILL", cancellationToken);
    }

    private async Task<string> RunsAsync(string service, CancellationToken cancellationToken)
    {
        var ofService = Filters.Label("com.docker.swarm.service.name", service);
        await Eventually.TrueAsync(
            async () => (await installation.Docker.Containers.ListAsync(all: false, ofService, cancellationToken)).Count > 0,
            cancellationToken
        );
        return (await installation.Docker.Containers.ListAsync(all: false, ofService, cancellationToken))[0].Id;
    }

    /// <summary>A container that the engine was just making still has it for a moment.</summary>
    private async Task<bool> TryRemoveVolumeAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await installation.Docker.Volumes.RemoveAsync(name, cancellationToken);
            return true;
        }
        catch (DockerConflictException)
        {
            return false;
        }
    }

    private async Task HasReasonAsync(
        string code,
        Func<ContainerDefinition, ContainerDefinition> change,
        Func<string, CancellationToken, Task>? act = null,
        Func<CancellationToken, Task>? after = null,
        int replicas = 1
    )
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var swarm = installation.Get<ISwarm>();
        var owner = new Ownership(Guid.CreateVersion7(), Guid.CreateVersion7());
        var network = new NetworkDefinition($"{installation.Name}-reason", $"10.119.{RandomNumberGenerator.GetInt32(0, 256)}.0/29", owner);
        var definition = new ServiceDefinition
        {
            Name = $"{installation.Name}-reason-{code}",
            Service = "subject",
            Replicas = replicas,
            StopGrace = TimeSpan.FromSeconds(1),
            Container = change(
                new ContainerDefinition
                {
                    Image = installation.Images["toolbox"],
                    Owner = owner,
                    Command = ["sleep", "600"],
                    Limits = new ResourceLimits(48 * Megabyte, 1_000_000_000, 50),
                    Networks = [new NetworkAttachment(network.Name, [])],
                }
            ),
        };
        await swarm.EnsureNetworkAsync(network, token);
        try
        {
            await swarm.ApplyServiceAsync(definition, token);
            await (act?.Invoke(definition.Name, token) ?? Task.CompletedTask);
            ServiceObservation? seen = null;
            var told = await Eventually.IsTrueAsync(
                async () =>
                {
                    seen = (await swarm.SnapshotAsync(token)).Services[definition.Name];
                    return ReasonOf(seen)?.Code == code;
                },
                token,
                seconds: 40
            );
            Assert.True(told, $"{seen}: {ReasonOf(seen!)}");
            Assert.Contains("subject", ReasonOf(seen!)!.Message, StringComparison.Ordinal);
        }
        finally
        {
            await swarm.RemoveServiceAsync(definition.Name, CancellationToken.None);
            await swarm.RemoveNetworkAsync(network.Name, CancellationToken.None);
            await (after?.Invoke(CancellationToken.None) ?? Task.CompletedTask);
        }
    }

    private static EngineReason? ReasonOf(ServiceObservation seen) => seen.Reason ?? (seen.Failures is [.., var last] ? last.Reason : null);
}
