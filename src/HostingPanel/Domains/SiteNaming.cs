using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Operations;
using Microsoft.Extensions.Options;

namespace HostingPanel.Domains;

/// <summary>Tells a site's application what it is called, by the hook that its blueprint has for it. Told twice is told once.</summary>
internal sealed class SiteNaming(SiteStore sites, ISwarm swarm, IOptions<PanelOptions> options)
{
    /// <summary>The variables that carry the addresses to the hook.</summary>
    public const string OldUrl = "HP_OLD_URL";

    /// <summary>The address from now on.</summary>
    public const string NewUrl = "HP_NEW_URL";

    /// <param name="operation">The operation, on the site that is told.</param>
    /// <param name="hook">The hook, all or nothing.</param>
    /// <param name="from">The host name that its texts know it by.</param>
    /// <param name="to">The one from now on.</param>
    /// <param name="progress">What the hook says goes there; null for nowhere.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Why it could not take the name over, in the hook's words; null where it has.</returns>
    public async Task<string?> RenameAsync(
        Operation operation,
        BlueprintHook hook,
        string from,
        string to,
        StepProgress? progress,
        CancellationToken cancellationToken
    )
    {
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        var job = site.Job(hook, operation.Id);
        var environment = new Dictionary<string, string>(job.Container.Environment, StringComparer.Ordinal)
        {
            [OldUrl] = options.Value.PublicUrl(from),
            [NewUrl] = options.Value.PublicUrl(to),
        };
        var result = await swarm.RunJobAsync(job with { Container = job.Container with { Environment = environment } }, cancellationToken);
        if (progress is not null)
        {
            await progress.LogAsync(result.Output);
            await progress.LogAsync(result.Error, areErrors: true);
        }

        return result.ExitCode == 0 ? null : HookReport.WhyOf(result);
    }
}
