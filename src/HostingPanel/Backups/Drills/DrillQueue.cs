using System.Text.Json;
using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Images;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace HostingPanel.Backups.Drills;

/// <summary>Puts drills into the queue: everything is checked and reserved here, in one transaction, the rows of the scratch site included.</summary>
internal sealed partial class DrillQueue(
    IDbContextFactory<PanelDbContext> contexts,
    OperationQueue queue,
    SiteCreation creation,
    BlueprintCatalogue blueprints,
    ImageCatalogue images,
    TimeProvider time,
    ILogger<DrillQueue> logger
)
{
    /// <summary>Who is told of what a scratch site has to say.</summary>
    private const string Nobody = "nobody@drill.invalid";

    /// <summary>A repository whose newest restore point was proved since then need not be drilled because it was checked.</summary>
    private static readonly TimeSpan RecentlyProved = TimeSpan.FromDays(7);

    /// <summary>For a suspicious restore point, at once; null when it could not be asked for, or was before.</summary>
    public Task<Guid?> SuspiciousAsync(Guid restorePoint, CancellationToken cancellationToken) =>
        AddByItselfAsync(restorePoint, RestoreDrillReason.Suspicious, target: null, cancellationToken);

    /// <summary>
    /// After a repository was checked and found whole: its newest good restore point, from there, unless that copy was proved within the last
    /// week. One at a time for each target, so that a check of many repositories does not become a night of drills.
    /// </summary>
    /// <returns>The drill's operation; null when none was queued.</returns>
    public async Task<Guid?> AfterCheckAsync(Guid repository, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var recent = time.GetStoredNow() - RecentlyProved;
        var target = await (
            from row in context.BackupRepositories
            join place in context.BackupTargets on row.TargetId equals place.Id
            where row.Id == repository
            select place.Name
        ).SingleOrDefaultAsync(cancellationToken);
        var isBusy = await context.RestoreDrills.AnyAsync(
            drill => drill.Reason == RestoreDrillReason.AfterCheck && drill.TargetName == target && drill.FinishedAt == null,
            cancellationToken
        );
        if (target is null || isBusy)
        {
            return null;
        }

        var newest = await (
            from copy in context.RestorePointCopies
            join point in context.RestorePoints on copy.RestorePointId equals point.Id
            where
                copy.RepositoryId == repository
                && copy.ReadBackAt != null
                && copy.FaultCode == null
                && point.State == RestorePointState.Good
            orderby point.Id descending
            select new { point.Id, copy.ProvedAt }
        ).FirstOrDefaultAsync(cancellationToken);
        return newest is null || newest.ProvedAt > recent
            ? null
            : await AddByItselfAsync(newest.Id, RestoreDrillReason.AfterCheck, target, cancellationToken);
    }

    /// <summary>A drill that the panel wants by itself. One that can't even be queued is written down as broken off, with the reason.</summary>
    /// <returns>The drill's operation; null when none was queued.</returns>
    public async Task<Guid?> AddByItselfAsync(
        Guid restorePoint,
        RestoreDrillReason reason,
        string? target,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(context, restorePoint, cancellationToken) is not { State: RestorePointState.Good } point)
        {
            return null;
        }

        if (
            reason == RestoreDrillReason.Suspicious
            && await context.RestoreDrills.AnyAsync(
                drill => drill.RestorePointId == restorePoint && drill.Reason == reason,
                cancellationToken
            )
        )
        {
            // A life of the worker before this has asked for it.
            return null;
        }

        var added = await AddAsync(context, Actor.Panel, point, reason, target, cancellationToken);
        if (added.Problem is { } problem)
        {
            LogRefused(point.SiteSlug, restorePoint, problem.Message);
            if (problem.Code == DrillRunning)
            {
                return null;
            }

            var now = time.GetStoredNow();
            context.ChangeTracker.Clear();
            context.RestoreDrills.Add(
                new RestoreDrill
                {
                    Id = Ids.New(time),
                    RestorePointId = point.Id,
                    SiteId = point.SiteId,
                    SiteSlug = point.SiteSlug,
                    OrganisationId = point.OrganisationId,
                    Reason = reason,
                    RequestedByName = Actor.Panel.Name,
                    CreatedAt = now,
                    FinishedAt = now,
                    Verdict = RestoreDrillVerdict.BrokenOff,
                    FaultCode = problem.Code,
                    Fault = problem.Message,
                }
            );
        }

        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return added.Problem is null ? added.Value.Id : null;
    }

    /// <summary>Refuses a second drill of the same restore point.</summary>
    public const string DrillRunning = "drill-running";

    /// <summary>The restore point with its copies, kept from others that want to drill it until the transaction ends.</summary>
    public static async Task<RestorePoint?> LockAsync(PanelDbContext context, Guid id, CancellationToken cancellationToken)
    {
        await context.Database.ExecuteSqlAsync($"SELECT FROM restore_points WHERE id = {id} FOR UPDATE", cancellationToken);
        return await context
            .RestorePoints.AsNoTracking()
            .Include(point => point.Copies)
            .SingleOrDefaultAsync(point => point.Id == id, cancellationToken);
    }

    /// <summary>
    /// Adds a drill of a restore point that is locked; the caller saves. Refused: <c>restore-point-not-good</c>, <c>drill-running</c>,
    /// <c>copy-not-found</c>, <c>organisation-gone</c>, <c>manifest-unreadable</c>, <c>blueprint-missing</c>, <c>image-not-built</c>,
    /// <c>no-subnet-left</c>.
    /// </summary>
    /// <param name="context">In a transaction.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="point">With its copies.</param>
    /// <param name="reason">Why.</param>
    /// <param name="target">The name of the target to restore from; null for the one whose turn it is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<Operation>> AddAsync(
        PanelDbContext context,
        Actor actor,
        RestorePoint point,
        RestoreDrillReason reason,
        string? target,
        CancellationToken cancellationToken
    )
    {
        if (RestoreRules.PointFault(point) is { } fault)
        {
            return fault;
        }

        var running = await context
            .RestoreDrills.Where(drill => drill.RestorePointId == point.Id && drill.FinishedAt == null)
            .Select(drill => (Guid?)drill.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (running is not null)
        {
            return VolumeRules.Refused(
                DrillRunning,
                "This restore point is being drilled already. Wait for that to end, or cancel it."
            ) with
            {
                OperationId = running,
            };
        }

        var copies = await DrillCopy.ListAsync(context, point, cancellationToken);
        if (DrillCopy.Next(copies.Where(copy => target is null || copy.TargetName == target)) is not { } chosen)
        {
            return RestoreRules.NoCopyFault(target);
        }

        if (!(await BuildAsync(context, point, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        context.Sites.Add(site);
        var operation = queue.Add(
            context,
            actor,
            new OperationRequest(
                OperationKinds.DrillRestorePoint,
                site.Id,
                point.SiteSlug,
                reason == RestoreDrillReason.Manual ? OperationPriority.Person : OperationPriority.Schedule,
                Arguments: new DrillArguments(point.Id, chosen.RepositoryId)
            )
            {
                AboutSiteId = point.SiteId,
                OrganisationId = point.OrganisationId,
            }
        );
        context.RestoreDrills.Add(
            new RestoreDrill
            {
                Id = operation.Id,
                RestorePointId = point.Id,
                SiteId = point.SiteId,
                SiteSlug = point.SiteSlug,
                OrganisationId = point.OrganisationId,
                RepositoryId = chosen.RepositoryId,
                TargetName = chosen.TargetName,
                Reason = reason,
                RequestedByName = operation.RequestedByName,
                CreatedAt = operation.CreatedAt,
            }
        );
        return operation;
    }

    /// <summary>The rows of the scratch site. It counts against no plan, and has a name that leads nowhere.</summary>
    private async Task<Outcome<Site>> BuildAsync(PanelDbContext context, RestorePoint point, CancellationToken cancellationToken)
    {
        Manifest manifest;
        try
        {
            manifest = BackupJson.Read<Manifest>(point.Manifest ?? string.Empty);
        }
        catch (JsonException)
        {
            return VolumeRules.Refused("manifest-unreadable", "The manifest of this restore point can't be read: somebody has changed it.");
        }

        if (
            await context.Organisations.SingleOrDefaultAsync(row => row.Id == point.OrganisationId, cancellationToken)
            is not { } organisation
        )
        {
            return VolumeRules.Refused(
                "organisation-gone",
                "The organisation whose site this was does not exist any more. Make it again first."
            );
        }

        if (blueprints.Get(manifest.Site.Blueprint) is not { } blueprint)
        {
            return VolumeRules.Refused(
                "blueprint-missing",
                $"The blueprint “{manifest.Site.Blueprint}” is not installed any more. Put docker/blueprints/{manifest.Site.Blueprint}.yaml back and run ./panel up."
            );
        }

        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in blueprint.Services)
        {
            if (!images.Resolve(service.Image).TryGet(out var reference, out var missing))
            {
                return missing;
            }

            references[service.Name] = reference;
        }

        if (!(await creation.ReserveSubnetAsync(context, cancellationToken)).TryGet(out var subnet, out var full))
        {
            return full;
        }

        var slug = $"drill-{Ids.Short()}";
        return creation.Build(
            new CreateSite(slug, organisation.Slug, blueprint.Name, point.SiteTitle, Nobody),
            new CheckedSite(organisation, blueprint, [$"{slug}.drill.invalid"], references),
            subnet,
            RestoreOrigin.Of(manifest, blueprint, OperationKinds.DrillRestorePoint, new object()),
            SiteEnvironment.Drill
        );
    }

    [LoggerMessage(71, LogLevel.Warning, "{Site}: restore point {RestorePoint} is not drilled: {Reason}")]
    private partial void LogRefused(string site, Guid restorePoint, string reason);
}
