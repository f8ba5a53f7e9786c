using System.Globalization;
using HostingPanel.Blueprints;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.InPlace;

/// <summary>Tells what a restore in place would do, and why it would be refused.</summary>
internal sealed class InPlacePlanner(BlueprintCatalogue blueprints, FreeSpace space, IOptions<PanelOptions> options, TimeProvider time)
{
    private const string WithoutIt =
        "Or restore it without a safety restore point (withoutSafetyPoint): what it has now is kept in the trash all the same.";

    /// <summary>Why it would be refused, or null. Whether something else is being done to the site is not looked at.</summary>
    public async Task<Problem?> FaultAsync(
        PanelDbContext context,
        Site site,
        RestorePoint point,
        RestoreSiteInPlace command,
        CancellationToken cancellationToken
    )
    {
        if ((VolumeRules.SiteFault(site) ?? RestoreRules.PointFault(point)) is { } refused)
        {
            return refused;
        }

        if (!command.WithoutSafetyPoint && BackupRules.SiteFault(site) is { } stopped)
        {
            return stopped with { Message = $"{stopped.Message} {WithoutIt}" };
        }

        if (!command.WithoutSafetyPoint && !await context.BackupTargets.AnyAsync(target => target.RetiredAt == null, cancellationToken))
        {
            return VolumeRules.Refused(
                "no-backup-target",
                $"There is no place to keep a safety restore point at. Add a backup target first. {WithoutIt}"
            );
        }

        if (blueprints.Get(site.Blueprint) is not { } blueprint)
        {
            return VolumeRules.Refused(
                "blueprint-missing",
                $"The blueprint “{site.Blueprint}” of {site.Slug} is not installed any more. Put it back first."
            );
        }

        var manifest = BackupJson.Read<Manifest>(point.Manifest!);
        return RestoreRules.BlueprintFault(manifest, new SiteAssembly(site, blueprint, options.Value, operationId: null))
            ?? (await RestoreRules.CopyAsync(context, point, command.Target, cancellationToken)).Problem
            ?? space.Fault(RestoreRules.RoomFor(point));
    }

    /// <summary>What it would do to a site that was read with its volumes.</summary>
    public async Task<RestorePlan> PlanAsync(
        PanelDbContext context,
        Site site,
        RestorePoint point,
        RestoreSiteInPlace command,
        Problem? refusal,
        CancellationToken cancellationToken
    )
    {
        var manifest = BackupJson.Read<Manifest>(point.Manifest!);
        var now = time.GetUtcNow();
        var blueprint = blueprints.Get(site.Blueprint);
        var replaced = blueprint is null
            ? []
            : ReplacedVolume.Of(manifest, new SiteAssembly(site, blueprint, options.Value, operationId: null));
        var servers = manifest.Databases.Select(database => database.Service).ToHashSet(StringComparer.Ordinal);
        List<string> emptied =
        [
            .. (blueprint?.Databases ?? [])
                .Where(database => servers.Contains(database.Service) && manifest.Databases.All(taken => taken.Name != database.Name))
                .Select(database => database.Name),
        ];
        return new RestorePlan(
            point.Id,
            manifest.TakenAt,
            !command.WithoutSafetyPoint,
            [.. StepsOf(site, command)],
            [
                .. manifest.Databases.Select(database => new PlannedDatabase(
                    database.Name,
                    database.Tables,
                    database.Rows.Values.Sum(),
                    database.Bytes
                )),
            ],
            [
                .. replaced.Select(pair => new PlannedVolume(
                    pair.Volume.Id,
                    pair.Volume.Name,
                    pair.Volume.Kind,
                    pair.Volume.Bytes,
                    pair.Volume.Files,
                    pair.Taken?.Bytes,
                    pair.Taken?.Files
                )),
            ],
            [.. StaysOf(site, replaced)],
            [.. LostOf(manifest, command, replaced, emptied)],
            await TookAsync(context, point, cancellationToken),
            now.AddDays(options.Value.TrashGraceDays),
            refusal
        );
    }

    private IEnumerable<string> StepsOf(Site site, RestoreSiteInPlace command)
    {
        var runs = site.State == SiteState.Running;
        if (!command.WithoutSafetyPoint)
        {
            yield return "A safety restore point of the site as it is now is taken and read back. When it is not good, nothing else happens.";
        }

        yield return $"The restore point is fetched into new volumes and a new database beside the site{(runs ? ", which goes on serving" : string.Empty)}, and compared with its signed manifest.";
        yield return runs
            ? "Visitors see a maintenance page while the site is stopped, given the new volumes, started and visited by its public name."
            : "The site is given the new volumes. It stays stopped, so nobody visits it.";
        yield return $"What it had before goes to the trash, from where one click brings it back for at least {options.Value.TrashGraceDays} days.";
        yield return "When anything fails, the site has what it has now.";
    }

    private static IEnumerable<string> StaysOf(Site site, IReadOnlyList<ReplacedVolume> replaced)
    {
        yield return "Its domains, title, e-mail address, plan and everything else that the panel knows of it.";
        yield return "The passwords of its databases. Its own keys and salts come from the restore point, because its data may need them; undoing brings the present ones back.";
        foreach (
            var volume in site
                .Volumes.Where(volume => volume.State == VolumeState.InUse && replaced.All(pair => pair.Volume.Id != volume.Id))
                .OrderBy(volume => volume.Name, StringComparer.Ordinal)
        )
        {
            yield return volume.StandsAlone
                ? $"The volume {volume.Name}: no service of the site mounts it."
                : $"The volume {volume.Name}: the restore point does not have it.";
        }
    }

    private static IEnumerable<string> LostOf(
        Manifest manifest,
        RestoreSiteInPlace command,
        IReadOnlyList<ReplacedVolume> replaced,
        IReadOnlyList<string> emptied
    )
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Whatever was written to the site since {manifest.TakenAt.UtcDateTime:d MMM yyyy 'at' HH:mm} UTC. It is kept with what the site has now, in the trash."
        );
        if (!command.WithoutSafetyPoint)
        {
            yield return "What is written between the safety restore point and the maintenance page is in the trash alone, and in no restore point.";
        }

        foreach (var database in emptied)
        {
            yield return $"The database {database} comes back empty: the restore point does not have it, and its server gets a new volume.";
        }

        foreach (var cache in replaced.Where(pair => pair.Volume.Kind == VolumeKind.Cache))
        {
            yield return $"The cache {cache.Volume.Name} begins empty.";
        }
    }

    /// <summary>By the last restore in place of this point, its last proof, and else by those of the site's other points.</summary>
    private static async Task<RestoreTime?> TookAsync(PanelDbContext context, RestorePoint point, CancellationToken cancellationToken)
    {
        var restores = await context
            .InPlaceRestores.AsNoTracking()
            .Where(restore => restore.SiteId == point.SiteId && restore.Seconds != null)
            .OrderByDescending(restore => restore.RestorePointId == point.Id)
            .ThenByDescending(restore => restore.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (restores is not null && (restores.RestorePointId == point.Id || point.ProofSeconds is null))
        {
            return new RestoreTime(
                TimeSpan.FromSeconds(restores.Seconds!.Value),
                restores.AwaySeconds is { } away ? TimeSpan.FromSeconds(away) : null,
                restores.RestorePointId == point.Id,
                restores.SwappedAt ?? restores.StartedAt
            );
        }

        var proved = point.ProofSeconds is null
            ? await context
                .RestorePoints.AsNoTracking()
                .Where(other => other.SiteId == point.SiteId && other.ProofSeconds != null)
                .OrderByDescending(other => other.ProvedAt)
                .FirstOrDefaultAsync(cancellationToken)
            : point;
        return proved is { ProofSeconds: { } seconds, ProvedAt: { } at }
            ? new RestoreTime(TimeSpan.FromSeconds(seconds), Away: null, proved.Id == point.Id, at)
            : null;
    }
}
