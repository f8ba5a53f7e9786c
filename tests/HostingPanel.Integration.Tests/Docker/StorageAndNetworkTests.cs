using HostingPanel.Docker;

namespace HostingPanel.Integration.Tests.Docker;

[Collection(DockerEngineTests.Name)]
public sealed class StorageAndNetworkTests(DockerEngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DockerClient Client => engine.Client;

    [Fact]
    public async Task A_volume_is_found_by_its_label_and_stays_while_a_container_has_it()
    {
        engine.Require();
        var name = engine.Name("volume");

        var made = await Client.Volumes.CreateAsync(new VolumeCreateRequest { Name = name, Labels = engine.Labels }, Token);
        var container = await Client.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Image = engine.Image,
                Labels = engine.Labels,
                HostConfig = new HostConfig { Mounts = [new Mount { Source = name, Target = "/data" }] },
            },
            Token
        );

        Assert.Equal(engine.Run, made.Labels["hpt.run"]);
        Assert.Contains(await Client.Volumes.ListAsync(engine.Mine, Token), volume => volume.Name == name);
        Assert.Equal(made.Mountpoint, (await Client.Volumes.InspectAsync(name, Token)).Mountpoint);
        await Assert.ThrowsAsync<DockerInUseException>(() => Client.Volumes.RemoveAsync(name, Token));
        await Client.Containers.RemoveAsync(container.Id, force: false, volumes: true, Token);
        Assert.NotNull(await Client.Volumes.InspectAsync(name, Token));
        await Client.Volumes.RemoveAsync(name, Token);
        await Assert.ThrowsAsync<DockerNotFoundException>(() => Client.Volumes.InspectAsync(name, Token));
        await Assert.ThrowsAsync<DockerNotFoundException>(() => Client.Volumes.RemoveAsync(name, Token));
    }

    [Fact]
    public async Task A_network_has_its_name_once_and_stays_while_a_container_is_in_it()
    {
        engine.Require();
        var request = new NetworkCreateRequest
        {
            Name = engine.Name("bridge"),
            Driver = "bridge",
            Internal = true,
            Labels = engine.Labels,
        };
        var network = await Client.Networks.CreateAsync(request, Token);
        var container = await Client.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Image = engine.Image,
                Labels = engine.Labels,
                Cmd = ["/bin/sleep", "60"],
                HostConfig = new HostConfig { NetworkMode = "none" },
            },
            Token
        );
        await Client.Containers.StartAsync(container.Id, Token);

        await Assert.ThrowsAsync<DockerConflictException>(() => Client.Networks.CreateAsync(request, Token));
        await Client.Networks.DisconnectAsync("none", container.Id, force: false, Token);
        await Client.Networks.ConnectAsync(network.Id, container.Id, new EndpointSettings { Aliases = ["db"] }, Token);

        var inspected = await Client.Networks.InspectAsync(request.Name, Token);
        Assert.Equal((network.Id, true, "local"), (inspected.Id, inspected.Internal, inspected.Scope));
        Assert.NotEmpty(inspected.Containers![container.Id].IPv4Address!);
        Assert.Contains(await Client.Networks.ListAsync(engine.Mine, Token), listed => listed.Id == network.Id);
        Assert.NotEmpty((await Client.Containers.InspectAsync(container.Id, Token)).NetworkSettings!.Networks![request.Name].IpAddress!);
        await Assert.ThrowsAsync<DockerInUseException>(() => Client.Networks.RemoveAsync(network.Id, Token));
        await Client.Containers.RemoveAsync(container.Id, force: true, volumes: true, Token);
        await Client.Networks.RemoveAsync(network.Id, Token);
        await Assert.ThrowsAsync<DockerNotFoundException>(() => Client.Networks.InspectAsync(network.Id, Token));
    }

    [Fact]
    public async Task An_internal_overlay_network_gets_a_subnet_of_the_swarm()
    {
        engine.RequireSwarm();
        var request = new NetworkCreateRequest
        {
            Name = engine.Name("overlay"),
            Driver = "overlay",
            Internal = true,
            Labels = engine.Labels,
        };

        var network = await Client.Networks.CreateAsync(request, Token);

        var inspected = await DockerEngineFixture.EventuallyAsync(
            "The allocation of a subnet",
            async token =>
            {
                var now = await Client.Networks.InspectAsync(network.Id, token);
                return now.Ipam?.Config is { Count: > 0 } ? now : null;
            },
            Token
        );
        Assert.Equal(("swarm", "overlay", true), (inspected.Scope, inspected.Driver, inspected.Internal));
        Assert.Contains('/', Assert.Single(inspected.Ipam!.Config!).Subnet!);
        await Assert.ThrowsAsync<DockerConflictException>(() => Client.Networks.CreateAsync(request, Token));
        await Client.Networks.RemoveAsync(network.Id, Token);
    }

    [Fact]
    public async Task A_secret_never_comes_back_and_a_config_does()
    {
        engine.RequireSwarm();
        var secret = new SecretSpec
        {
            Name = engine.Name("secret"),
            Labels = engine.Labels,
            Data = [0, 255, 10],
        };
        var config = new ConfigSpec
        {
            Name = engine.Name("config"),
            Labels = engine.Labels,
            Data = [0, 255, 10],
        };

        var secretId = await Client.Secrets.CreateAsync(secret, Token);
        var configId = await Client.Configs.CreateAsync(config, Token);

        Assert.Null((await Client.Secrets.InspectAsync(secret.Name, Token)).Spec.Data);
        Assert.Equal(config.Data, (await Client.Configs.InspectAsync(config.Name, Token)).Spec.Data);
        Assert.Contains(await Client.Secrets.ListAsync(engine.Mine, Token), listed => listed.Id == secretId);
        Assert.Contains(await Client.Configs.ListAsync(engine.Mine, Token), listed => listed.Id == configId);
        await Assert.ThrowsAsync<DockerConflictException>(() => Client.Secrets.CreateAsync(secret, Token));
        await Assert.ThrowsAsync<DockerConflictException>(() => Client.Configs.CreateAsync(config, Token));
        await Client.Secrets.RemoveAsync(secretId, Token);
        await Client.Configs.RemoveAsync(configId, Token);
        await Assert.ThrowsAsync<DockerNotFoundException>(() => Client.Secrets.InspectAsync(secretId, Token));
        await Assert.ThrowsAsync<DockerNotFoundException>(() => Client.Configs.InspectAsync(configId, Token));
        Assert.Empty(await Client.Secrets.ListAsync(Filters.Name(secret.Name), Token));
    }
}
