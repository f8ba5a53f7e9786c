using HostingPanel.Mail;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites.Operations;

/// <summary>Why the panel stops a site by itself; a person's stop has no arguments.</summary>
/// <param name="Reason">For people, with the mend.</param>
internal sealed record StopArguments(string Reason);

/// <summary>
/// What is different when nobody asked for it: the site's programs get no time to go on with what it is stopped for, and its people are told.
/// </summary>
internal sealed class SelfStop(SiteSteps steps, ISwarm swarm, IDbContextFactory<PanelDbContext> contexts, Notices notices)
{
    /// <summary>Takes a service's containers away without the time that they have to end what they do, and keeps what it is.</summary>
    public Step StopService(Guid siteId, Operation operation, string service, params string[] after)
    {
        var patient = steps.StopService(siteId, operation, service, after);
        return patient with
        {
            RunAsync = async (progress, cancellationToken) =>
            {
                await KillAsync(siteId, operation, service, cancellationToken);
                await patient.RunAsync(progress, cancellationToken);
            },
        };
    }

    /// <summary>Says why, beside the operation.</summary>
    public static Step Reason(string reason) => new("reason", "Say why", (progress, _) => progress.ReportAsync(reason));

    /// <summary>Writes down that it is stopped, and tells whom it concerns.</summary>
    public Step Settle(Guid siteId, string reason, params string[] after) =>
        new("settle", "Call it stopped, and tell its people", (_, token) => SettleAsync(siteId, reason, token)) { After = after };

    private async Task SettleAsync(Guid siteId, string reason, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var site = await context.Sites.SingleAsync(site => site.Id == siteId, cancellationToken);
        if (site is { State: SiteState.Stopped, StoppedReason: not null })
        {
            // The worker that told them died before it could say so.
            return;
        }

        (site.State, site.StoppedReason) = (SiteState.Stopped, reason);
        await notices.TellStoppedAsync(context, site, reason, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
    }

    private async Task KillAsync(Guid siteId, Operation operation, string service, CancellationToken cancellationToken)
    {
        // First that there be no other in its place.
        await swarm.ApplyServiceAsync((await steps.LoadAsync(siteId, operation, cancellationToken)).Service(service, 0), cancellationToken);
        var running = await swarm.InspectContainersAsync(siteId, cancellationToken);
        await swarm.RemoveContainersAsync(
            siteId,
            [.. running.Where(container => container.Service == service).Select(container => container.Id)],
            cancellationToken
        );
    }
}
