using System.Security.Cryptography;
using HostingPanel.Docker;

namespace HostingPanel.Integration.Tests.Docker;

/// <summary>Tests that share the engine of this machine; they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class DockerEngineTests : ICollectionFixture<DockerEngineFixture>
{
    public const string Name = "Docker engine";
}

/// <summary>
/// The engine of this machine, shared with whatever else runs on it: everything made here has a name and a label of this run, and only that is
/// removed again. Without an engine the tests are skipped and say why. DOCKER_HOST, if set, names another socket.
/// </summary>
public sealed class DockerEngineFixture : IAsyncLifetime
{
    private const string Label = "hpt.run";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private string? _noEngine;
    private string? _noSwarm;

    /// <summary>What stands in every name and label of this run.</summary>
    public string Run { get; } = RandomNumberGenerator.GetHexString(8, lowercase: true);

    /// <summary>A small image with a shell, made of this machine's own files.</summary>
    public string Image => $"hpt-{Run}/tools:1";

    public DockerClient Client { get; } = new(Options());

    /// <summary>Goes on everything a test makes.</summary>
    public IReadOnlyDictionary<string, string> Labels => new Dictionary<string, string> { [Label] = Run };

    public Filters Mine => Filters.Label(Label, Run);

    public string Name(string what) => $"hpt-{Run}-{what}";

    /// <summary>Skips the test if no engine answers.</summary>
    public void Require()
    {
        if (_noEngine is not null)
        {
            Assert.Skip(_noEngine);
        }
    }

    /// <summary>Skips the test if the engine is in no swarm. The tests never make one: the machine may be meant for another.</summary>
    public void RequireSwarm()
    {
        Require();
        if (_noSwarm is not null)
        {
            Assert.Skip(_noSwarm);
        }
    }

    /// <summary>Asks again and again, for at most a minute, until the answer is there.</summary>
    public static async Task<T> EventuallyAsync<T>(string what, Func<CancellationToken, Task<T?>> ask, CancellationToken cancellationToken)
        where T : class
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (true)
            {
                if (await ask(bounded.Token) is { } answer)
                {
                    return answer;
                }

                await timer.WaitForNextTickAsync(bounded.Token);
            }
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{what} did not happen within {Patience}.", late);
        }
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            var info = await Client.System.InfoAsync(CancellationToken.None);
            if (!info.Swarm.ControlAvailable)
            {
                _noSwarm = $"The Docker engine is no swarm manager (state: {info.Swarm.LocalNodeState}).";
            }

            await ToolsImage.ImportAsync(Client, Image, Label, Run);
        }
        catch (DockerApiException unusable)
        {
            _noEngine = $"No usable Docker engine: {unusable.Message}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_noEngine is null)
        {
            await CleanUpAsync(CancellationToken.None);
        }

        await Client.DisposeAsync();
    }

    private static DockerClientOptions Options()
    {
        var options = new DockerClientOptions();
        return Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } endpoint
            ? options with
            {
                Endpoint = new Uri(endpoint),
            }
            : options;
    }

    private async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        if (_noSwarm is null)
        {
            foreach (var service in await Client.Services.ListAsync(Mine, status: false, cancellationToken))
            {
                await Client.Services.RemoveAsync(service.Id, cancellationToken);
            }
        }

        foreach (var container in await Client.Containers.ListAsync(all: true, Mine, cancellationToken))
        {
            await IgnoreGoneAsync(Client.Containers.RemoveAsync(container.Id, force: true, volumes: true, cancellationToken));
        }

        await EventuallyAsync(
            "The end of all containers of this run",
            async token => (await Client.Containers.ListAsync(all: true, Mine, token)).Count == 0 ? this : null,
            cancellationToken
        );
        foreach (var network in await Client.Networks.ListAsync(Mine, cancellationToken))
        {
            await EventuallyAsync("The removal of a network", token => TryRemoveAsync(network.Id, token), cancellationToken);
        }

        foreach (var volume in await Client.Volumes.ListAsync(Mine, cancellationToken))
        {
            await Client.Volumes.RemoveAsync(volume.Name, cancellationToken);
        }

        if (_noSwarm is null)
        {
            foreach (var secret in await Client.Secrets.ListAsync(Mine, cancellationToken))
            {
                await Client.Secrets.RemoveAsync(secret.Id, cancellationToken);
            }

            foreach (var config in await Client.Configs.ListAsync(Mine, cancellationToken))
            {
                await Client.Configs.RemoveAsync(config.Id, cancellationToken);
            }
        }

        foreach (var image in await Client.Images.ListAsync(Mine, cancellationToken))
        {
            await IgnoreGoneAsync(Client.Images.RemoveAsync(image.Id, force: true, cancellationToken));
        }
    }

    /// <summary>A network is free a moment after its last container has gone.</summary>
    private async Task<object?> TryRemoveAsync(string network, CancellationToken cancellationToken)
    {
        try
        {
            await IgnoreGoneAsync(Client.Networks.RemoveAsync(network, cancellationToken));
            return this;
        }
        catch (DockerInUseException)
        {
            return null;
        }
    }

    /// <summary>Swarm removes its containers at the same time, so one may be gone or going.</summary>
    private static async Task IgnoreGoneAsync(Task removal)
    {
        try
        {
            await removal;
        }
        catch (DockerNotFoundException)
        {
            // Gone already.
        }
        catch (DockerConflictException conflict) when (conflict is not DockerInUseException)
        {
            // Going already.
        }
    }
}
