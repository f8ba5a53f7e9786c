using HostingPanel.Backups.Operations;
using HostingPanel.Images;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.InPlace;

/// <summary>The steps before and after the exchange of a site's sets.</summary>
internal sealed class InPlaceSteps(
    RestoreStore restores,
    RestoreFiles files,
    InPlaceStore store,
    BackupStore backups,
    SiteStore sites,
    ImageCatalogue images,
    Toolbox toolbox,
    ISwarm swarm,
    IDbContextFactory<PanelDbContext> contexts,
    TimeProvider time
)
{
    /// <summary>Checks what can be told beforehand, and writes down what the site will have. Nothing in the engine is touched.</summary>
    public Step Check(Operation operation) =>
        new(
            "check",
            "Check the restore point and the machine",
            async (progress, cancellationToken) =>
            {
                if (await store.FindAsync(operation.Id, cancellationToken) is not null)
                {
                    return;
                }

                var work = await restores.LoadAsync(operation, cancellationToken);
                await swarm.CheckRoomAsync(RestoreRules.RoomFor(work.Point), cancellationToken);
                await swarm.CheckAsync([toolbox.Image], cancellationToken);
                var notes = new List<string>();
                var chosen = new List<SetImage>();
                foreach (var service in work.Site.Site.Services)
                {
                    chosen.Add(await ChooseImageAsync(work, service, notes, cancellationToken));
                }

                var (blueprint, taken) = (work.Site.Blueprint, work.Manifest.Site);
                if (blueprint.Version != taken.BlueprintVersion)
                {
                    notes.Add(
                        $"The blueprint “{blueprint.Name}” is of version {blueprint.Version} now; the restore point was taken with version {taken.BlueprintVersion}."
                    );
                }

                await store.ReserveAsync(
                    work,
                    chosen,
                    notes,
                    operation.ArgumentsAs<RestoreInPlaceArguments>().TargetIds.Count > 0,
                    cancellationToken
                );
                await progress.LogAsync(notes);
            }
        );

    /// <summary>The making of the new volumes, which are not taken back while the site stands on them, whatever else could not be.</summary>
    public Step Guard(Operation operation, Step makeVolumes) =>
        makeVolumes with
        {
            UndoAsync = async cancellationToken =>
            {
                if (await store.FindAsync(operation.Id, cancellationToken) is { IsInPlace: false })
                {
                    await makeVolumes.UndoAsync!(cancellationToken);
                }
            },
        };

    /// <summary>Looks whether the set before a restore is still whole.</summary>
    public Step CheckUndo(Operation operation, Guid restoreId) =>
        new(
            "check",
            "Check what it had before",
            async (_, cancellationToken) =>
            {
                var restore = await store.GetAsync(restoreId, cancellationToken);
                if (!restore.IsInPlace)
                {
                    // Resumed, or undone by another request meanwhile: the exchange sees for itself that there is nothing to do.
                    return;
                }

                await using var context = await contexts.CreateDbContextAsync(cancellationToken);
                if (await RestoreRules.UndoFaultAsync(context, restore, cancellationToken) is { } fault)
                {
                    throw new StepFailedException(fault.Code, fault.Message);
                }

                var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
                var set = BackupJson.Read<SiteSet>(restore.Previous);
                await swarm.RequireVolumesAsync(
                    [
                        .. set.Volumes.Select(volume =>
                            site.Volume(volume.Name) with
                            {
                                Name = site.Site.Volumes.Single(row => row.Id == volume.Id).EngineName,
                                Identity = volume.Id,
                            }
                        ),
                    ],
                    cancellationToken
                );
                await swarm.CheckAsync([.. set.Images.Select(image => image.Image).Distinct(StringComparer.Ordinal)], cancellationToken);
            }
        );

    /// <summary>Writes down how it went.</summary>
    public Step Settle(Operation operation, Guid restoreId, bool isProof, IReadOnlyList<string> after) =>
        new(
            "settle",
            "Write down how long it took",
            async (progress, cancellationToken) =>
            {
                var now = time.GetStoredNow();
                var took = now - operation.CreatedAt;
                var away = await AwaySinceAsync(operation, cancellationToken) is { } since ? now - since : (TimeSpan?)null;
                await store.UpdateAsync(
                    restoreId,
                    restore =>
                    {
                        // Of the restore itself; what undoing it takes is not kept.
                        restore.AwaySeconds ??= away?.TotalSeconds;
                        restore.Seconds ??= took.TotalSeconds;
                    },
                    cancellationToken
                );
                if (isProof)
                {
                    await backups.UpdateAsync(
                        operation.ArgumentsAs<RestoreArguments>().RestorePointId,
                        point => (point.ProvedAt, point.ProofSeconds) = (now, took.TotalSeconds),
                        cancellationToken
                    );
                }

                await progress.ReportAsync(
                    away is { } hidden
                        ? $"{took:h\\:mm\\:ss}, {hidden:h\\:mm\\:ss} of it behind the maintenance page"
                        : $"{took:h\\:mm\\:ss}"
                );
            }
        )
        {
            After = after,
        };

    /// <summary>Takes away what only the restore needed.</summary>
    public async Task TryTidyAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken) =>
        await files.TryTidyAsync(await restores.LoadAsync(operation, cancellationToken), progress, cancellationToken);

    /// <summary>When its visitors were sent to the maintenance page.</summary>
    private async Task<DateTimeOffset?> AwaySinceAsync(Operation operation, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var isRunning = await context.Sites.AnyAsync(
            site => site.Id == operation.SiteId && site.State == SiteState.Running,
            cancellationToken
        );
        return isRunning
            ? await context
                .OperationSteps.Where(step => step.OperationId == operation.Id && step.Name == SwapSteps.Announced)
                .Select(step => step.FinishedAt)
                .SingleOrDefaultAsync(cancellationToken)
            : null;
    }

    /// <summary>The release of the restore point if it is still there, or the nearest one, which is said.</summary>
    private async Task<SetImage> ChooseImageAsync(
        RestoreWork work,
        SiteService service,
        List<string> notes,
        CancellationToken cancellationToken
    )
    {
        var wanted = work.Manifest.Services.FirstOrDefault(taken => taken.Name == service.Name)?.Image ?? service.Image;
        foreach (var image in (string[])[wanted, service.Image])
        {
            try
            {
                await swarm.CheckAsync([image], cancellationToken);
                Note(image);
                return new SetImage(service.Name, image);
            }
            catch (PlatformException missing) when (missing.Code == "image-missing")
            {
                // The next nearest.
            }
        }

        if (!images.Resolve(work.Site.Blueprint.Service(service.Name).Image).TryGet(out var newest, out var problem))
        {
            throw new StepFailedException(problem.Code, problem.Message);
        }

        await swarm.CheckAsync([newest], cancellationToken);
        Note(newest);
        return new SetImage(service.Name, newest);

        void Note(string used)
        {
            if (used != wanted)
            {
                notes.Add($"{service.Name} ran {wanted}, which is not here any more; it runs {used} instead.");
            }
        }
    }
}
