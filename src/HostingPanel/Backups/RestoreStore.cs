using System.Text;
using HostingPanel.Backups.Drills;
using HostingPanel.Backups.InPlace;
using HostingPanel.Backups.Operations;
using HostingPanel.Blueprints;
using HostingPanel.Images;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups;

/// <summary>What a restore works with.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Site">The new site; of a restore in place the site as it will be.</param>
/// <param name="Point">What is restored.</param>
/// <param name="Manifest">What it says of itself; its signature was checked.</param>
/// <param name="Copy">From which copy.</param>
/// <param name="Repository">Where that is.</param>
/// <param name="Target">Where that is.</param>
internal sealed record RestoreWork(
    Operation Operation,
    SiteAssembly Site,
    RestorePoint Point,
    Manifest Manifest,
    RestorePointCopy Copy,
    BackupRepository Repository,
    BackupTarget Target
)
{
    /// <summary>The volumes that are filled: all of a new site's, or the new ones that a restore in place puts beside the live ones.</summary>
    public IReadOnlyList<Volume> Volumes { get; init; } = Site.Site.Volumes;

    /// <summary>
    /// True while the site itself goes on running beside: its own servers are nobody's to load into, and each database gets one of its own.
    /// </summary>
    public bool IsBeside { get; init; }

    /// <summary>The server that a database service's databases are loaded into.</summary>
    public ServiceDefinition Server(string service) =>
        IsBeside ? BesideServers.Of(Site, service, Operation.Id) : Site.Service(service, replicas: 1);

    /// <summary>By which name that server is found on the site's network.</summary>
    public string HostOf(string service) => IsBeside ? BesideServers.HostOf(service, Operation.Id) : service;

    /// <summary>The releases that the new site's services run.</summary>
    public IReadOnlyCollection<string> Images => [.. Site.Site.Services.Select(service => service.Image).Distinct(StringComparer.Ordinal)];
}

/// <summary>What the steps of a restore read and write.</summary>
internal sealed class RestoreStore(
    IDbContextFactory<PanelDbContext> contexts,
    BackupStore backups,
    SiteStore sites,
    InPlaceStore inPlace,
    ImageCatalogue images,
    IManifestSigner signer,
    TimeProvider time
)
{
    public async Task<bool> IsThereAsync(Guid siteId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Sites.WithDrills().AnyAsync(site => site.Id == siteId, cancellationToken);
    }

    /// <summary>Everything that a step needs.</summary>
    /// <exception cref="StepFailedException"><c>restore-point-gone</c>, <c>manifest-not-ours</c>.</exception>
    public async Task<RestoreWork> LoadAsync(Operation operation, CancellationToken cancellationToken)
    {
        var arguments = operation.ArgumentsAs<RestoreArguments>();
        var point = await backups.GetAsync(arguments.RestorePointId, cancellationToken);
        if (!signer.IsOurs(Encoding.UTF8.GetBytes(point.Manifest ?? string.Empty), point.Signature ?? string.Empty))
        {
            throw new StepFailedException(
                "manifest-not-ours",
                "The manifest of the restore point is not what this panel has signed: somebody has changed it. Nothing was restored."
            );
        }

        var repository = await backups.GetRepositoryAsync(arguments.RepositoryId, cancellationToken);
        var work = new RestoreWork(
            operation,
            await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken),
            point,
            BackupJson.Read<Manifest>(point.Manifest!),
            point.Copies.Single(copy => copy.RepositoryId == repository.Id),
            repository,
            (await backups.ListTargetsAsync([repository.TargetId], cancellationToken)).Single()
        );
        return operation.Kind == OperationKinds.RestoreInPlace ? await inPlace.BesideAsync(work, cancellationToken) : work;
    }

    /// <summary>Gives the new site the present releases, where those of the restore point are not there any more.</summary>
    public async Task UseCurrentImagesAsync(Guid siteId, Blueprint blueprint, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (var service in await context.SiteServices.Where(service => service.SiteId == siteId).ToListAsync(cancellationToken))
        {
            service.Image = images.Resolve(blueprint.Service(service.Name).Image).TryGet(out var image, out var problem)
                ? image
                : throw new StepFailedException(problem.Code, problem.Message);
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Hands the new site over, and writes down that the restore point was restored and found right.</summary>
    /// <returns>How long it took, from asking on.</returns>
    public async Task<TimeSpan> SettleAsync(Operation operation, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var took = now - operation.CreatedAt;
        await sites.UpdateAsync(
            operation.SiteId!.Value,
            site =>
            {
                site.State = SiteState.Running;
                site.ProvisionedAt ??= now;
            },
            cancellationToken
        );
        var arguments = operation.ArgumentsAs<RestoreArguments>();
        await backups.UpdateAsync(
            arguments.RestorePointId,
            point =>
                DrillEnding.Prove(
                    point,
                    point.Copies.SingleOrDefault(copy => copy.RepositoryId == arguments.RepositoryId),
                    now,
                    took.TotalSeconds
                ),
            cancellationToken
        );
        return took;
    }

    /// <summary>Forgets a site that never became whole; its volumes have gone before.</summary>
    public async Task ForgetSiteAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Volumes.Where(volume => volume.SiteId == id).ExecuteDeleteAsync(cancellationToken);
        await context.Domains.Where(domain => domain.SiteId == id).ExecuteDeleteAsync(cancellationToken);
        await context.Sites.WithDrills().Where(site => site.Id == id).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
