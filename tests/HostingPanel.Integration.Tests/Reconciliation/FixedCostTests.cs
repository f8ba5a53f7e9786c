using System.Security.Cryptography;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Sites.Reconciliation;

namespace HostingPanel.Integration.Tests.Reconciliation;

/// <summary>A look costs the same, however much there is to look at.</summary>
[Collection(InstallationTests.Name)]
public sealed class FixedCostTests(TestInstallation installation)
{
    private const int ManySites = 25;

    [Fact(Timeout = 280_000)]
    public async Task A_look_makes_as_many_calls_of_the_engine_for_one_site_as_for_many()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var site = await HealedSite.MakeAsync(installation, "fixed-cost", token);
        var one = await CallsAsync(token);
        var ids = new List<(Func<string, CancellationToken, Task> Remove, string Id)>();
        try
        {
            for (var number = 0; number < ManySites; number++)
            {
                await AddAsync($"{installation.Name}-many-{number}", ids, token);
            }

            Assert.Equal(one, await CallsAsync(token));
            Assert.InRange(one, 1, 10);
        }
        finally
        {
            foreach (var (remove, id) in ids)
            {
                await remove(id, CancellationToken.None);
            }
        }

        await site.PurgeAsync(token);
    }

    private async Task<int> CallsAsync(CancellationToken cancellationToken)
    {
        using var counter = new CallCounter();
        var look = await installation.Get<Reconciler>().PassAsync(cancellationToken);
        Assert.Equal(counter.Calls, look.EngineCalls);
        return counter.Calls;
    }

    /// <summary>What a site has in the swarm: two services, a secret for each, and a network.</summary>
    private async Task AddAsync(
        string name,
        List<(Func<string, CancellationToken, Task> Remove, string Id)> ids,
        CancellationToken cancellationToken
    )
    {
        var docker = installation.Docker;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["hp.installation"] = installation.Name,
            ["hp.site"] = Guid.CreateVersion7().ToString(),
        };
        foreach (var service in new[] { "web", "db" })
        {
            var spec = new ServiceSpec
            {
                Name = $"{name}-{service}",
                Labels = new Dictionary<string, string>(labels, StringComparer.Ordinal) { ["hp.service"] = service },
                Mode = ServiceMode.Replicas(0),
                TaskTemplate = new TaskSpec
                {
                    ContainerSpec = new ContainerSpec { Image = installation.Images["toolbox"], Labels = labels },
                },
            };
            ids.Add((docker.Services.RemoveAsync, (await docker.Services.CreateAsync(spec, cancellationToken)).Id));
            var secret = new SecretSpec
            {
                Name = spec.Name,
                Labels = labels,
                Data = RandomNumberGenerator.GetBytes(16),
            };
            ids.Add((docker.Secrets.RemoveAsync, await docker.Secrets.CreateAsync(secret, cancellationToken)));
        }

        var network = new NetworkCreateRequest
        {
            Name = name,
            Driver = "overlay",
            Internal = true,
            Labels = labels,
        };
        await docker.Networks.CreateAsync(network, cancellationToken);
        ids.Add((docker.Networks.RemoveAsync, name));
    }
}
