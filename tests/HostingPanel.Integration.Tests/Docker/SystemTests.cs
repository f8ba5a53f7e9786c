using HostingPanel.Docker;

namespace HostingPanel.Integration.Tests.Docker;

[Collection(DockerEngineTests.Name)]
public sealed class SystemTests(DockerEngineFixture engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_engine_says_what_it_is()
    {
        engine.Require();

        var ping = await engine.Client.System.PingAsync(Token);
        var version = await engine.Client.System.VersionAsync(Token);
        var info = await engine.Client.System.InfoAsync(Token);

        Assert.Equal(version.ApiVersion, ping.ApiVersion.ToString());
        Assert.Equal(version.Version, info.ServerVersion);
        Assert.Equal("linux", ping.OsType);
        Assert.NotEmpty(version.MinApiVersion!);
        Assert.True(info.CpuCount > 0 && info.MemTotal > 0);
        Assert.NotEmpty(info.DockerRootDir!);
        Assert.NotEqual(LocalNodeState.Unknown, info.Swarm.LocalNodeState);
    }

    [Fact]
    public async Task Disk_usage_knows_our_volume_and_image()
    {
        engine.Require();
        var name = engine.Name("usage");
        await engine.Client.Volumes.CreateAsync(new VolumeCreateRequest { Name = name, Labels = engine.Labels }, Token);

        var usage = await engine.Client.System.DiskUsageAsync(Token);

        var volume = Assert.Single(usage.Volumes, volume => volume.Name == name);
        Assert.Equal(0, volume.UsageData!.RefCount);
        Assert.Contains(usage.Images, image => image.RepoTags.Contains(engine.Image) && image.Size > 0);
        Assert.True(usage.LayersSize > 0);
    }

    [Fact]
    public async Task Events_arrive_as_they_happen_and_can_be_read_again()
    {
        engine.Require();
        var name = engine.Name("events");
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bounded.CancelAfter(TimeSpan.FromSeconds(30));
        // From a moment ago on: whether the stream or the volume comes first does not matter then.
        var since = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        var filters = Filters.Type("volume") & Filters.Event("create", "destroy") & Filters.Of("volume", name);

        var seen = new List<EventMessage>();
        var reading = Task.Run(
            async () =>
            {
                await foreach (var message in engine.Client.System.EventsAsync(filters, since, until: null, bounded.Token))
                {
                    seen.Add(message);
                    if (seen.Count == 2)
                    {
                        return;
                    }
                }
            },
            Token
        );
        await engine.Client.Volumes.CreateAsync(new VolumeCreateRequest { Name = name, Labels = engine.Labels }, Token);
        await engine.Client.Volumes.RemoveAsync(name, Token);
        await reading;

        Assert.Equal(["create", "destroy"], seen.Select(message => message.Action));
        Assert.All(seen, message => Assert.Equal(name, message.Actor.Id));
        Assert.All(seen, message => Assert.True(message.Time > since));
        var again = new List<EventMessage>();
        await foreach (var message in engine.Client.System.EventsAsync(filters, since, TimeProvider.System.GetUtcNow(), Token))
        {
            again.Add(message);
        }

        Assert.Equal(2, again.Count);
    }

    [Fact]
    public async Task A_swarm_tells_its_manager_everything_and_cannot_be_made_twice()
    {
        engine.RequireSwarm();

        var swarm = await engine.Client.Swarm.InspectAsync(Token);
        var info = await engine.Client.System.InfoAsync(Token);
        var self = await engine.Client.Nodes.InspectAsync(info.Swarm.NodeId!, Token);
        var nodes = await engine.Client.Nodes.ListAsync(Filters.Id(self.Id), Token);

        Assert.StartsWith("SWMTKN-", swarm.JoinTokens!.Worker, StringComparison.Ordinal);
        Assert.NotEmpty(swarm.DefaultAddrPool);
        Assert.True(swarm.Spec!.Dispatcher!.HeartbeatPeriod > TimeSpan.Zero);
        Assert.Equal(info.Name, self.Description!.Hostname);
        Assert.Equal(info.Swarm.Cluster!.Id, swarm.Id);
        Assert.Equal(NodeState.Ready, Assert.Single(nodes).Status.State);
        Assert.Equal(NodeRole.Manager, self.Spec.Role);
        await Assert.ThrowsAsync<DockerConflictException>(() =>
            engine.Client.Swarm.InitAsync(new SwarmInitRequest { AdvertiseAddr = "127.0.0.1" }, Token)
        );
        await Assert.ThrowsAsync<DockerConflictException>(() =>
            engine.Client.Swarm.JoinAsync(new SwarmJoinRequest { RemoteAddrs = ["127.0.0.1:2377"], JoinToken = "x" }, Token)
        );
        await Assert.ThrowsAsync<UpdateOutOfSequenceException>(() =>
            engine.Client.Nodes.UpdateAsync(self.Id, new ObjectVersion { Index = 1 }, self.Spec, Token)
        );
    }
}
