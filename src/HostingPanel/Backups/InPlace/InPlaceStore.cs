using System.Globalization;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.InPlace;

/// <summary>What the steps of a restore in place, and of undoing one, read and write. Worker side.</summary>
internal sealed class InPlaceStore(
    IDbContextFactory<PanelDbContext> contexts,
    SiteStore sites,
    ISecretProtector protector,
    IOptions<PanelOptions> options,
    TimeProvider time
)
{
    /// <summary>Room for <c>-restored-</c> and eight digits.</summary>
    private const int MaxStem = Volume.MaxNameLength - 18;
    private readonly SiteNames _names = new(options.Value);

    public async Task<InPlaceRestore?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.InPlaceRestores.AsNoTracking().SingleOrDefaultAsync(restore => restore.Id == id, cancellationToken);
    }

    public async Task<InPlaceRestore> GetAsync(Guid id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) ?? throw new StepFailedException("restore-not-found", "The restore is not known any more.");

    /// <summary>Reserves the identities of the new volumes and writes down both sets, if that was not done.</summary>
    /// <param name="work">The restore, with the site as it is.</param>
    /// <param name="images">The release of each service afterwards.</param>
    /// <param name="notes">What is not as in the restore point.</param>
    /// <param name="hasSafetyPoint">Whether it takes one first.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task ReserveAsync(
        RestoreWork work,
        IReadOnlyList<SetImage> images,
        List<string> notes,
        bool hasSafetyPoint,
        CancellationToken cancellationToken
    )
    {
        var (operation, site) = (work.Operation, work.Site.Site);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.InPlaceRestores.AnyAsync(restore => restore.Id == operation.Id, cancellationToken))
        {
            return;
        }

        var (before, after) = (new List<SetVolume>(), new List<SetVolume>());
        foreach (var (index, replaced) in ReplacedVolume.Of(work.Manifest, work.Site).Index())
        {
            var old = replaced.Volume;
            var name = Aside(old.Name, index, "restored", operation.Id);
            var made = new Volume
            {
                Id = Ids.New(time),
                SiteId = site.Id,
                Name = name,
                Kind = old.Kind,
                EngineName = _names.Volume(site.ShortId, name),
                MountedBy = [],
                CreatedAt = time.GetStoredNow(),
                State = VolumeState.New,
                NodeId = old.NodeId,
                NodeName = old.NodeName,
            };
            context.Volumes.Add(made);
            before.Add(new SetVolume(old.Id, old.Name, Aside(old.Name, index, "before", operation.Id), old.MountedBy));
            after.Add(new SetVolume(made.Id, old.Name, name, old.MountedBy));
        }

        var secrets = OthersOf(work).ToList();
        context.InPlaceRestores.Add(
            new InPlaceRestore
            {
                Id = operation.Id,
                SiteId = site.Id,
                RestorePointId = work.Point.Id,
                RequestedByName = operation.RequestedByName,
                StartedAt = operation.CreatedAt,
                HasSafetyPoint = hasSafetyPoint,
                Previous = BackupJson.Write(
                    new SiteSet(
                        before,
                        [.. secrets.Select(pair => new SetSecret(pair.Now.Name, pair.Now.Version, pair.Now.Value))],
                        [.. site.Services.Select(service => new SetImage(service.Name, service.Image))]
                    )
                ),
                Restored = BackupJson.Write(
                    new SiteSet(
                        after,
                        [
                            .. secrets.Select(pair => new SetSecret(
                                pair.Now.Name,
                                pair.Now.Version + 1,
                                sites.Seal(site, pair.Now.Name, pair.Then)
                            )),
                        ],
                        images
                    )
                ),
                Notes = notes,
            }
        );
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The work of a restore with the site as it will be, so that everything is made by the names and from the parts of then.</summary>
    public async Task<RestoreWork> BesideAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var restore = await FindAsync(work.Operation.Id, cancellationToken);
        if (restore is null)
        {
            return work with { IsBeside = true, Volumes = [] };
        }

        var (site, set) = (work.Site.Site, BackupJson.Read<SiteSet>(restore.Restored));
        if (!restore.IsInPlace)
        {
            site.Volumes.RemoveAll(volume => set.Volumes.Any(other => other.Name == volume.Name));
            foreach (var other in set.Volumes)
            {
                var volume = site.Volumes.Single(volume => volume.Id == other.Id);
                (volume.Name, volume.MountedBy) = (other.Name, [.. other.MountedBy]);
            }

            set.GiveSecretsAndImagesTo(site);
        }

        return work with
        {
            IsBeside = true,
            Site = sites.Assemble(site, work.Operation.Id),
            Volumes = [.. site.Volumes.Where(volume => set.Volumes.Any(other => other.Id == volume.Id))],
        };
    }

    /// <summary>
    /// Exchanges one set for the other: in one transaction, so that the site has the one or the other at every moment and never a mix.
    /// Everything in the engine follows from it.
    /// </summary>
    /// <param name="id">The restore.</param>
    /// <param name="to">Which set the site is to have; nothing happens when it has it.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="StepFailedException"><c>set-gone</c>: a volume of it was purged.</exception>
    public async Task SwapAsync(Guid id, SwapTo to, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var restore = await context
            .InPlaceRestores.FromSql($"SELECT * FROM in_place_restores WHERE id = {id} FOR UPDATE")
            .SingleAsync(cancellationToken);
        if (restore.IsInPlace == (to == SwapTo.Restored))
        {
            return;
        }

        var now = time.GetStoredNow();
        var (previous, restored) = (BackupJson.Read<SiteSet>(restore.Previous), BackupJson.Read<SiteSet>(restore.Restored));
        var (outgoing, incoming) = to == SwapTo.Restored ? (previous, restored) : (restored, previous);
        var site = await context
            .Sites.Include(site => site.Services)
            .Include(site => site.Secrets)
            .Include(site => site.Volumes)
            .AsSplitQuery()
            .SingleAsync(site => site.Id == restore.SiteId, cancellationToken);
        foreach (var volume in outgoing.Volumes)
        {
            var row = RowOf(site, volume);
            (row.Name, row.MountedBy) = (volume.AsideName, []);
            row.State = to == SwapTo.Untouched ? VolumeState.New : VolumeState.Trashed;
            row.TrashedAt = to == SwapTo.Untouched ? null : now;
        }

        // A name is one volume's at a time, also within the transaction.
        await context.SaveChangesAsync(cancellationToken);
        foreach (var volume in incoming.Volumes)
        {
            var row = RowOf(site, volume);
            (row.Name, row.MountedBy) = (volume.Name, [.. volume.MountedBy]);
            (row.State, row.TrashedAt) = (VolumeState.InUse, null);
        }

        incoming.GiveSecretsAndImagesTo(site);
        switch (to)
        {
            case SwapTo.Restored:
                (restore.SwappedAt, restore.UndoneAt) = (restore.SwappedAt ?? now, null);
                break;
            case SwapTo.Previous:
                restore.UndoneAt = now;
                break;
            case SwapTo.Untouched:
                restore.SwappedAt = null;
                break;
            default:
                throw new InvalidOperationException($"A swap to {to} is not written down.");
        }

        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// The secrets of a set that the site is to have next, with the versions under which the engine gets them. Those of the set before a
    /// restore get new versions: the old ones are gone from the engine.
    /// </summary>
    public async Task<IReadOnlyList<SetSecret>> StageSecretsAsync(Guid id, SwapTo to, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var restore = await context.InPlaceRestores.SingleAsync(restore => restore.Id == id, cancellationToken);
        if (to == SwapTo.Restored)
        {
            return BackupJson.Read<SiteSet>(restore.Restored).Secrets;
        }

        var set = BackupJson.Read<SiteSet>(restore.Previous);
        var versions = await context
            .SiteSecrets.Where(secret => secret.SiteId == restore.SiteId)
            .ToDictionaryAsync(secret => secret.Name, secret => secret.Version, StringComparer.Ordinal, cancellationToken);
        if (restore.IsInPlace && set.Secrets.Any(secret => secret.Version <= versions[secret.Name]))
        {
            set = set with { Secrets = [.. set.Secrets.Select(secret => secret with { Version = versions[secret.Name] + 1 })] };
            restore.Previous = BackupJson.Write(set);
            await context.SaveChangesAsync(cancellationToken);
        }

        return set.Secrets;
    }

    /// <summary>Changes what is written down of a restore.</summary>
    public async Task UpdateAsync(Guid id, Action<InPlaceRestore> change, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        change(await context.InPlaceRestores.SingleAsync(restore => restore.Id == id, cancellationToken));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Forgets a restore that touched nothing, with the volumes that it had made; they have gone from the engine before.</summary>
    public async Task ForgetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (
            await context.InPlaceRestores.SingleOrDefaultAsync(restore => restore.Id == id, cancellationToken) is
            { SwappedAt: null } restore
        )
        {
            var made = BackupJson.Read<SiteSet>(restore.Restored).Volumes.Select(volume => volume.Id).ToList();
            context.Volumes.RemoveRange(
                await context
                    .Volumes.Where(volume => made.Contains(volume.Id) && volume.State == VolumeState.New)
                    .ToListAsync(cancellationToken)
            );
            context.InPlaceRestores.Remove(restore);
            await context.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>The site's own secrets that were others when the restore point was taken: what was encrypted with them needs them.</summary>
    private IEnumerable<(SiteSecret Now, byte[] Then)> OthersOf(RestoreWork work)
    {
        var site = work.Site.Site;
        foreach (var recipe in work.Site.Blueprint.Secrets)
        {
            if (
                work.Manifest.Secrets.TryGetValue(recipe.Name, out var taken)
                && site.Secrets.SingleOrDefault(secret => secret.Name == recipe.Name) is { } now
                && protector.Unprotect(taken, Manifest.SecretContext(work.Point.Id, recipe.Name)) is var then
                && !sites.Open(site, recipe.Name).AsSpan().SequenceEqual(then)
            )
            {
                yield return (now, then);
            }
        }
    }

    private static Volume RowOf(Site site, SetVolume volume) =>
        site.Volumes.SingleOrDefault(row => row.Id == volume.Id && row.PurgeBegunAt is null)
        ?? throw new StepFailedException(
            "set-gone",
            $"The volume {volume.AsideName} was purged: the set that it was of is not whole any more."
        );

    private static string Aside(string name, int index, string what, Guid operationId) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(name.Length <= MaxStem ? name : $"volume-{index}")}-{what}-{operationId.ToString("N")[^8..]}"
        );
}
