using HostingPanel.Backups;
using HostingPanel.Blueprints;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Organisations;

/// <summary>What an organisation uses of its plan, or would use more.</summary>
/// <param name="Sites">Sites, those in the trash included: they still hold their volumes, and may come back.</param>
/// <param name="MemoryBytes">What all their services together may take of memory.</param>
/// <param name="DiskBytes">What their volumes take by their last measurements.</param>
/// <param name="RestorePoints">Good restore points, and those that are being taken or wait for it.</param>
internal sealed record PlanUsage(int Sites = 0, long MemoryBytes = 0, long DiskBytes = 0, int RestorePoints = 0)
{
    /// <summary>
    /// Locks an organisation's row until the transaction ends and says why it can't have so much more, which its plan may say; null when it can. Of two who ask at
    /// once one waits here, and then counts what the other has made.
    /// </summary>
    public static async Task<Problem?> FaultAsync(
        PanelDbContext context,
        BlueprintCatalogue? blueprints,
        Guid organisationId,
        Func<Plan, PlanUsage> more,
        CancellationToken cancellationToken
    )
    {
        var organisation = await context
            .Organisations.FromSql($"SELECT * FROM organisations WHERE id = {organisationId} FOR UPDATE")
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken);
        if (organisation is null)
        {
            return Problem.NotFound("organisation", organisationId.ToString());
        }

        var plan = await context.Plans.AsNoTracking().SingleAsync(plan => plan.Name == organisation.PlanName, cancellationToken);
        var used = await ReadAsync(context, blueprints, [organisationId], cancellationToken);
        return PlanLimits.Fault(organisation, plan, used[organisationId], more(plan));
    }

    /// <summary>
    /// What organisations use; nothing of memory where no blueprints are given. The caller holds the lock on the organisation's row when it
    /// decides by it: parallel requests can't pass a limit together then.
    /// </summary>
    /// <param name="context">The database.</param>
    /// <param name="blueprints">What their sites' services ask for.</param>
    /// <param name="organisations">Theirs.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <param name="under">What they would use under this plan; null for each one's own.</param>
    public static async Task<IReadOnlyDictionary<Guid, PlanUsage>> ReadAsync(
        PanelDbContext context,
        BlueprintCatalogue? blueprints,
        IReadOnlyCollection<Guid> organisations,
        CancellationToken cancellationToken,
        Plan? under = null
    )
    {
        var ids = organisations.ToArray();
        var sites = await context
            .Sites.Where(site => ids.Contains(site.OrganisationId))
            .GroupBy(site => new { site.OrganisationId, site.Blueprint })
            .Select(group => new
            {
                group.Key.OrganisationId,
                group.Key.Blueprint,
                Count = group.Count(),
            })
            .ToListAsync(cancellationToken);
        var disk = await (
            from site in context.Sites
            join volume in context.Volumes on site.Id equals volume.SiteId
            where ids.Contains(site.OrganisationId)
            group volume.Bytes by site.OrganisationId into sizes
            select new { sizes.Key, Bytes = sizes.Sum() ?? 0 }
        ).ToDictionaryAsync(row => row.Key, row => row.Bytes, cancellationToken);
        var points = await context
            .RestorePoints.Where(point =>
                ids.Contains(point.OrganisationId) && (point.State == RestorePointState.Good || point.State == RestorePointState.Taking)
            )
            .GroupBy(point => point.OrganisationId)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        var waiting = await context
            .Operations.Where(operation =>
                operation.Kind == Operations.OperationKinds.TakeBackup
                && operation.FinishedAt == null
                && ids.Contains(operation.OrganisationId!.Value)
                && !context.RestorePoints.Any(point => point.Id == operation.Id)
            )
            .GroupBy(operation => operation.OrganisationId!.Value)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        var plans = await context
            .Organisations.Where(organisation => ids.Contains(organisation.Id))
            .Select(organisation => new { organisation.Id, organisation.Plan })
            .ToDictionaryAsync(row => row.Id, row => under ?? row.Plan!, cancellationToken);
        return ids.ToDictionary(
            id => id,
            id => new PlanUsage(
                sites.Where(row => row.OrganisationId == id).Sum(row => row.Count),
                sites.Where(row => row.OrganisationId == id).Sum(row => row.Count * MemoryOf(blueprints?.Get(row.Blueprint), plans[id])),
                disk.GetValueOrDefault(id),
                points.GetValueOrDefault(id) + waiting.GetValueOrDefault(id)
            )
        );
    }

    /// <summary>What a site of a blueprint may take of memory under a plan; nothing for one whose recipe has gone.</summary>
    public static long MemoryOf(Blueprint? blueprint, Plan plan) =>
        blueprint?.Services.Sum(service => plan.Within(service.Limits).Memory) ?? 0;
}

/// <summary>Whether something fits a plan.</summary>
internal static class PlanLimits
{
    /// <summary>Why an organisation can't have so much more; null when it can.</summary>
    public static Problem? Fault(Organisation organisation, Plan plan, PlanUsage used, PlanUsage more) =>
        more.Sites > 0 && used.Sites + more.Sites > plan.MaxSites
            ? Reached(
                $"{organisation.Name} has all {plan.MaxSites} {(plan.MaxSites == 1 ? "site" : "sites")} of its plan “{plan.Name}”, those in the trash included. Purge a site, or choose a larger plan."
            )
        : more.MemoryBytes > 0 && used.MemoryBytes + more.MemoryBytes > plan.MaxMemoryBytes
            ? Reached(
                $"This needs {Megabytes(more.MemoryBytes)} of memory; {organisation.Name} uses {Megabytes(used.MemoryBytes)} of the {Megabytes(plan.MaxMemoryBytes)} of its plan “{plan.Name}”. Purge a site, or choose a larger plan."
            )
        : more.DiskBytes > 0 && used.DiskBytes + more.DiskBytes > plan.MaxDiskBytes
            ? Reached(
                $"This needs {Megabytes(more.DiskBytes)} of disk; {organisation.Name} uses {Megabytes(used.DiskBytes)} of the {Megabytes(plan.MaxDiskBytes)} of its plan “{plan.Name}”. Delete what is not needed, or choose a larger plan."
            )
        : more.RestorePoints > 0 && used.RestorePoints + more.RestorePoints > plan.MaxRestorePoints
            ? Reached(
                $"{organisation.Name} has all {plan.MaxRestorePoints} restore points of its plan “{plan.Name}”. Those that a schedule takes go on; wait until old ones go by the policy, or choose a larger plan."
            )
        : null;

    /// <summary>Why an organisation can't change to a plan: everything of which it uses more; null when it fits.</summary>
    public static Problem? TooSmall(Organisation organisation, Plan plan, PlanUsage used)
    {
        List<string> over = [];
        void Compare(long uses, long allows, Func<long, string> say)
        {
            if (uses > allows)
            {
                over.Add($"{say(uses)}, and it allows {say(allows)}");
            }
        }

        Compare(used.Sites, plan.MaxSites, count => $"{count} {(count == 1 ? "site" : "sites")}");
        Compare(used.MemoryBytes, plan.MaxMemoryBytes, bytes => $"{Megabytes(bytes)} of memory");
        Compare(used.DiskBytes, plan.MaxDiskBytes, bytes => $"{Megabytes(bytes)} of disk");
        Compare(used.RestorePoints, plan.MaxRestorePoints, count => $"{count} restore points");
        return over.Count == 0
            ? null
            : new Problem(
                ProblemKind.LimitReached,
                "plan-too-small",
                $"The plan “{plan.Name}” is too small for what {organisation.Name} uses: {string.Join("; ", over)}. Purge sites or delete what is not needed first, or choose a larger plan."
            );
    }

    private static Problem Reached(string message) => new(ProblemKind.LimitReached, "plan-exhausted", message);

    private static string Megabytes(long bytes) => $"{bytes >> 20} MB";
}
