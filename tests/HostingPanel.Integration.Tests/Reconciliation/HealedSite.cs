using System.Net;
using HostingPanel.Access;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Sites.Reconciliation;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Reconciliation;

/// <summary>A WordPress on the real engine that tests damage by hand, and the questions they ask about it then.</summary>
internal sealed class HealedSite(TestInstallation installation, string slug)
{
    public string Slug => slug;
    public Guid Id { get; private set; }
    public string Web => $"{installation.Name}-{slug}-web";
    public string Database => $"{installation.Name}-{slug}-db";
    public string Network => $"{installation.Name}-{slug}";
    public Filters Mine => Filters.Label("hp.site", Id.ToString());

    public static async Task<HealedSite> MakeAsync(
        TestInstallation installation,
        string slug,
        CancellationToken cancellationToken,
        string organisation = "helpers"
    )
    {
        var site = new HealedSite(installation, slug);
        await installation.SucceedsAsync(await installation.CreateSiteAsync(slug, cancellationToken, organisation), cancellationToken);
        site.Id = (await installation.Sites.FindIdAsync(Actor.Panel, slug, cancellationToken)).Value;
        return site;
    }

    /// <summary>Purges it, and looks whether anything of it is left.</summary>
    public async Task PurgeAsync(CancellationToken cancellationToken)
    {
        await installation.PurgeAsync(slug, cancellationToken);
        Assert.Empty(await installation.LabelledAsync(Id, cancellationToken));
    }

    /// <summary>The service as the engine has it; null when it is not there.</summary>
    public async Task<SwarmService?> ServiceAsync(string name, CancellationToken cancellationToken) =>
        (await installation.Docker.Services.ListAsync(Filters.Name(name), status: true, cancellationToken)).FirstOrDefault(service =>
            service.Spec.Name == name
        );

    /// <summary>Changes the service as somebody at the command line would.</summary>
    public async Task ChangeByHandAsync(string name, Func<ServiceSpec, ServiceSpec> change, CancellationToken cancellationToken)
    {
        var service = (await ServiceAsync(name, cancellationToken))!;
        await installation.Docker.Services.UpdateAsync(service.Id, service.Version, change(service.Spec), cancellationToken);
    }

    /// <summary>Removes everything of it but its volumes and the panel's rows, without asking the panel.</summary>
    public async Task RemoveByHandAsync(CancellationToken cancellationToken)
    {
        var docker = installation.Docker;
        foreach (var service in await docker.Services.ListAsync(Mine, status: false, cancellationToken))
        {
            await docker.Services.RemoveAsync(service.Id, cancellationToken);
        }

        foreach (var secret in await docker.Secrets.ListAsync(Mine, cancellationToken))
        {
            await docker.Secrets.RemoveAsync(secret.Id, cancellationToken);
        }

        foreach (var network in await docker.Networks.ListAsync(Mine, cancellationToken))
        {
            await docker.Networks.RemoveAsync(network.Id, cancellationToken);
        }
    }

    /// <summary>The running container of a service.</summary>
    public async Task<ContainerSummary?> ContainerAsync(string service, CancellationToken cancellationToken)
    {
        var ofService = Filters.Label("com.docker.swarm.service.name", service);
        return await installation.Docker.Containers.ListAsync(all: false, ofService, cancellationToken) is [var first, ..] ? first : null;
    }

    /// <summary>Whether visitors get it.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await installation.VisitAsync($"{slug}.localhost", "/", cancellationToken)).Status == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // Sent on to an address that only its right settings would not name.
            return false;
        }
    }

    /// <summary>In which respects it is not as it should be, asked of the engine now.</summary>
    public async Task<IReadOnlyList<Finding>> FindingsAsync(CancellationToken cancellationToken)
    {
        var site = await installation.Get<SiteStore>().LoadAsync(Id, operationId: null, cancellationToken);
        var engine = await installation.Get<Platform.ISwarm>().SnapshotAsync(cancellationToken);
        return SiteComparison.Of(site, engine, new HashSet<string>(StringComparer.Ordinal));
    }

    /// <summary>Waits until it is as it should be, answers, and nothing is being done to it.</summary>
    public Task UntilHealedAsync(CancellationToken cancellationToken) =>
        Eventually.TrueAsync(
            async () =>
                (await FindingsAsync(cancellationToken)).Count == 0
                && await AnswersAsync(cancellationToken)
                && (await installation.Sites.GetAsync(Actor.Panel, slug, cancellationToken)).Value.ActiveOperation is null,
            cancellationToken
        );

    /// <summary>The repairs there were, the newest first.</summary>
    public async Task<IReadOnlyList<OperationView>> HealsAsync(CancellationToken cancellationToken)
    {
        var page = await installation
            .Get<OperationService>()
            .ListAsync(Actor.Panel, new OperationFilter(slug), new PageRequest(100), cancellationToken);
        return [.. page.Value.Items.Where(operation => operation.Kind == OperationKinds.HealSite)];
    }

    public async Task<SiteTrouble?> TroubleAsync(CancellationToken cancellationToken)
    {
        await using var context = await ContextAsync(cancellationToken);
        return await context.SiteTroubles.AsNoTracking().SingleOrDefaultAsync(trouble => trouble.SiteId == Id, cancellationToken);
    }

    public Task<PanelDbContext> ContextAsync(CancellationToken cancellationToken) =>
        installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
}

/// <summary>Waits for what must come true, with a bound.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> condition, CancellationToken cancellationToken, int seconds = 90) =>
        Assert.True(await IsTrueAsync(condition, cancellationToken, seconds), $"It did not come true within {seconds} s.");

    public static async Task<bool> IsTrueAsync(Func<Task<bool>> condition, CancellationToken cancellationToken, int seconds = 90)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(seconds))
            {
                return false;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return true;
    }
}
