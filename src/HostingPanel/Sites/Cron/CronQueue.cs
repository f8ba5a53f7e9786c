using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites.Cron;

/// <summary>Which entry of the site's blueprint is run.</summary>
internal sealed record RunCronArguments(string Name);

/// <summary>What the schedule and people have in common when they ask for a run.</summary>
internal static class CronQueue
{
    /// <summary>The run of an entry that waits or runs; null for none.</summary>
    public static async Task<Guid?> FindActiveAsync(
        PanelDbContext context,
        Guid siteId,
        string slug,
        string name,
        CancellationToken cancellationToken
    )
    {
        var target = TargetOf(slug, name);
        return await context
            .Operations.Where(operation =>
                operation.SiteId == siteId
                && operation.Kind == OperationKinds.RunCron
                && operation.Target == target
                && (operation.State == OperationState.Queued || operation.State == OperationState.Running)
            )
            .Select(operation => (Guid?)operation.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }

    public static async Task<OperationRequest> RequestAsync(
        PanelDbContext context,
        Site site,
        string name,
        OperationPriority priority,
        CancellationToken cancellationToken
    )
    {
        var node = await context.Volumes.Where(volume => volume.SiteId == site.Id).MinAsync(volume => volume.NodeId, cancellationToken);
        return new OperationRequest(OperationKinds.RunCron, site.Id, TargetOf(site.Slug, name), priority, node, new RunCronArguments(name));
    }

    public static string TargetOf(string slug, string name) => $"{slug}/{name}";
}
