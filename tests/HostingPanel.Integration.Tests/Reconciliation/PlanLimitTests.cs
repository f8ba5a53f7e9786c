using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Organisations;

namespace HostingPanel.Integration.Tests.Reconciliation;

/// <summary>What a container may use is what its recipe asks for within its organisation's plan, and is read back from the engine.</summary>
[Collection(ReconciliationTests.Name)]
public sealed class PlanLimitTests(TestInstallation installation)
{
    private const string Owner = "changers";

    [Fact(Timeout = 280_000)]
    public async Task Another_plan_gives_running_containers_other_limits()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var organisations = installation.Get<OrganisationService>();
        var made = await organisations.CreateAsync(Actor.Panel, new CreateOrganisation(Owner, "The Changers", "standard"), null, token);
        Assert.Null(made.Problem);
        var site = await HealedSite.MakeAsync(installation, "planned", token, Owner);
        var web = (await site.ContainerAsync(site.Web, token))!.Id;
        Assert.Equal(Limits(cpus: 2, pids: 200), await LimitsOfAsync(site.Database));

        Assert.Null((await organisations.UpdateAsync(Actor.Panel, Owner, new UpdateOrganisation(null, "small"), token)).Problem);

        await Eventually.TrueAsync(async () => await LimitsOfAsync(site.Database) == Limits(cpus: 1, pids: 200), token);
        await site.UntilHealedAsync(token);
        Assert.Contains(await site.HealsAsync(token), heal => heal.State == OperationState.Succeeded);
        // Its own are the same under both plans: it was left alone.
        Assert.Equal(web, (await site.ContainerAsync(site.Web, token))!.Id);
        Assert.Equal(Limits(cpus: 1, pids: 200), await LimitsOfAsync(site.Web));
        // It is told as it was read back.
        await Eventually.TrueAsync(async () => await ToldAsync("db") == (1m, 512L << 20, 200), token);
        await site.PurgeAsync(token);
        Assert.Null((await organisations.DeleteAsync(Actor.Panel, Owner, token)).Problem);

        async Task<(decimal Cpus, long Memory, int Pids)?> ToldAsync(string service)
        {
            var services = await installation.Sites.ListServicesAsync(Actor.Panel, "planned", token);
            return services.Value.Single(row => row.Name == service).RunsWith is { } told ? (told.Cpus, told.MemoryBytes, told.Pids) : null;
        }

        async Task<(long? Cpus, long? Memory, long? Pids)?> LimitsOfAsync(string service)
        {
            if (await site.ContainerAsync(service, token) is not { } running)
            {
                return null;
            }

            try
            {
                var limits = (await installation.Docker.Containers.InspectAsync(running.Id, token)).HostConfig!;
                return (limits.NanoCpus, limits.Memory, limits.PidsLimit);
            }
            catch (DockerNotFoundException)
            {
                // It was replaced at this very moment.
                return null;
            }
        }
    }

    /// <summary>As the engine tells them; nobody gets more processors than the machine has.</summary>
    private static (long? Cpus, long? Memory, long? Pids)? Limits(int cpus, int pids) =>
        (Math.Min(cpus, Environment.ProcessorCount) * 1_000_000_000L, 512L << 20, pids);
}
