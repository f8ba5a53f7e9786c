using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Backups;

/// <summary>Looks at a running site while it is backed up. What can't be seen is written down as not known: it is no reason to take no backup.</summary>
internal sealed class SiteLooker(SiteStore sites, BackupStore store, StatusHook status, IGateway gateway)
{
    /// <summary>The look, as a step of taking a restore point.</summary>
    public Step Look(Operation operation, params string[] after) =>
        new(
            "look",
            "Look at how it answers",
            async (progress, cancellationToken) =>
            {
                var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
                var page = await gateway.ProbeAsync(site.PrimaryHost, site.Blueprint.Front.Probe.Path, cancellationToken);
                var application = await AskAsync(site, operation, progress, cancellationToken);
                var look = new SiteLook(
                    page is { FromGateway: false, Status: { } code } ? new ManifestFront(code, page.Title) : null,
                    application
                );
                await store.UpdateAsync(
                    operation.Id,
                    point =>
                        point.Look = SiteLook.With(point.Look, seen => seen with { Front = look.Front, Application = look.Application }),
                    cancellationToken
                );
                await progress.ReportAsync(
                    look.Front is { } front
                        ? $"{front.Status}{(front.Title is null ? string.Empty : $": “{front.Title}”")}"
                        : "it does not answer"
                );
            }
        )
        {
            After = after,
        };

    private async Task<ManifestApplication?> AskAsync(
        SiteAssembly site,
        Operation operation,
        StepProgress progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var answer = await status.AskAsync(site, operation, cancellationToken);
            if (answer?.Fault is { } fault)
            {
                await progress.LogAsync([fault], areErrors: true);
            }

            return answer?.Application;
        }
        catch (PlatformException failure) when (!failure.IsPassing)
        {
            await progress.LogAsync([$"The status hook could not be asked: {failure.Message}"], areErrors: true);
            return null;
        }
    }
}
