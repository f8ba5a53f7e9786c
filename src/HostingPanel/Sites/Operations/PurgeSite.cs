using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Volumes.Operations;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites.Operations;

/// <summary>Deletes a site from the trash for good: each volume by its identity, then its rows. There is no way back, so there is no undo.</summary>
internal sealed class PurgeSite(
    SiteSteps steps,
    SiteStore store,
    ISwarm swarm,
    VolumePurge purge,
    UploadKeeper uploads,
    IDbContextFactory<PanelDbContext> contexts
) : IOperationKind
{
    public string Kind => OperationKinds.PurgeSite;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await context.Sites.AnyAsync(site => site.Id == id, cancellationToken))
        {
            // Resumed after its last step: the rows have gone, and with them everything there was to do.
            return [Forget(id, null, [])];
        }

        var site = await store.LoadAsync(id, operation.Id, cancellationToken);
        // Every volume that has a row, not only those that the blueprint names: clones and adopted ones go with their site.
        var volumes = site
            .Site.Volumes.OrderBy(volume => volume.Name, StringComparer.Ordinal)
            .Select(volume => new Step(
                $"delete-{volume.Name}",
                $"Delete volume {volume.Name}",
                async (progress, token) =>
                {
                    await purge.DeleteAsync(volume, token);
                    await progress.ReportAsync(volume.EngineName);
                }
            ));
        // Parts that a broken-off operation may have left behind; usually gone with the trashing.
        Step[] rest =
        [
            .. site.Blueprint.Services.Select(service => new Step(
                $"remove-{service.Name}",
                $"Make sure that {service.Name} has gone",
                async (_, token) =>
                    await swarm.RemoveServiceAsync((await steps.LoadAsync(id, operation, token)).ServiceName(service.Name), token)
            )),
        ];
        string[] gone = [.. rest.Select(step => step.Name)];
        Step[] deletions = [.. volumes.Select(step => step with { After = gone })];
        return
        [
            .. rest,
            .. deletions,
            new Step("remove-secrets", "Make sure that its secrets have gone", (_, token) => steps.RemoveSecretsAsync(id, operation, token))
            {
                After = gone,
            },
            new Step("remove-network", "Make sure that its network has gone", (_, token) => steps.RemoveNetworkAsync(id, operation, token))
            {
                After = gone,
            },
            Forget(id, site.Site.CodeUploadId, ["remove-secrets", "remove-network", .. deletions.Select(step => step.Name)]),
        ];
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> TellLeftAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        return purge.TellLeftAsync(volume => volume.SiteId == id, cancellationToken);
    }

    private Step Forget(Guid id, Guid? upload, IReadOnlyList<string> after) =>
        new(
            "forget",
            "Forget the site",
            async (_, token) =>
            {
                await using var context = await contexts.CreateDbContextAsync(token);
                await using var transaction = await context.Database.BeginTransactionAsync(token);
                await context.Volumes.Where(volume => volume.SiteId == id).ExecuteDeleteAsync(token);
                await context.Domains.Where(domain => domain.SiteId == id).ExecuteDeleteAsync(token);
                await context.Sites.Where(site => site.Id == id).ExecuteDeleteAsync(token);
                await transaction.CommitAsync(token);
                if (upload is { } archive)
                {
                    // Broken off here, it goes with the archives that are too old.
                    await uploads.ReleaseAsync(archive, token);
                }
            }
        )
        {
            After = after,
        };
}
