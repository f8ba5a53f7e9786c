using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Volumes.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Volumes;

/// <summary>What people do with volumes that are in use. Long things write an operation and return; the worker does them.</summary>
public sealed class VolumeManager
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly VolumeRequests _requests;
    private readonly VolumeReader _reader;
    private readonly VolumeCreation _creation;

    internal VolumeManager(
        IDbContextFactory<PanelDbContext> contexts,
        VolumeRequests requests,
        VolumeReader reader,
        VolumeCreation creation
    ) => (_contexts, _requests, _reader, _creation) = (contexts, requests, reader, creation);

    /// <summary>
    /// Measures the volumes of a site as soon as it can be done. It makes way for whatever people ask of the site meanwhile. Refused:
    /// <c>site-is-…</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="idempotencyKey">Same key and same site: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> MeasureAsync(
        Actor actor,
        string slug,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        var queued = await _requests.QueueAsync(
            actor,
            context => VolumeRequests.SiteOfAsync(context, actor, Permission.ManageVolumes, slug, cancellationToken),
            idempotencyKey,
            Idempotency.HashOf("measure-volumes", slug),
            scope => PrepareMeasureAsync(scope, cancellationToken),
            cancellationToken
        );
        return queued.TryGet(out var operation, out var problem) ? OperationView.From(operation) : problem;
    }

    /// <summary>
    /// Copies a volume into a new one of the same site that nothing mounts. Refused: <c>invalid-request</c>, <c>volume-exists</c>,
    /// <c>volume-is-…</c>, <c>site-is-…</c> (<c>site-is-running</c> for the files of a database server), <c>site-busy</c>; the operation itself
    /// fails with <c>no-disk-space</c> where the node has no room.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="id">What is copied.</param>
    /// <param name="name">What the copy is called within the site.</param>
    /// <param name="idempotencyKey">Same key and same request: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<AcceptedVolume>> CloneAsync(
        Actor actor,
        Guid id,
        string? name,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        var queued = await _requests.QueueAsync(
            actor,
            context => VolumeRequests.SiteOfAsync(context, actor, Permission.ManageVolumes, id, cancellationToken),
            idempotencyKey,
            Idempotency.HashOf("clone-volume", new { id, name }),
            async scope =>
            {
                if (!scope.Find(id).TryGet(out var source, out var gone))
                {
                    return gone;
                }

                if (!_creation.Clone(scope, source, name).TryGet(out var request, out var refused))
                {
                    return refused;
                }

                var more = new PlanUsage(DiskBytes: source.Bytes ?? 0);
                var fault = await PlanUsage.FaultAsync(scope.Context, null, scope.Site.OrganisationId, _ => more, cancellationToken);
                return fault is null ? request : fault;
            },
            cancellationToken
        );
        return queued.TryGet(out var operation, out var problem)
            ? await AcceptedAsync(operation, operation.ArgumentsAs<CloneArguments>().TargetId, cancellationToken)
            : problem;
    }

    /// <summary>
    /// Gives a volume that was found on a node, and that no site owns, to a site. Refused: <c>invalid-request</c>,
    /// <c>unknown-volume-not-found</c>, <c>volume-not-adoptable</c>, <c>volume-is-mounted</c>, <c>volume-exists</c>, <c>site-is-…</c>,
    /// <c>site-busy</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="engineName">Its name in the engine.</param>
    /// <param name="command">Whose it becomes, and as what.</param>
    /// <param name="idempotencyKey">Same key and same request: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<AcceptedVolume>> AdoptAsync(
        Actor actor,
        string engineName,
        VolumeAdoption command,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Check(actor, Permission.AdoptVolumes) is { } forbidden)
        {
            return forbidden;
        }

        var errors = new FieldErrors();
        errors.Add("site", string.IsNullOrEmpty(command.Site) ? "A site is needed: the slug of the one that gets the volume." : null);
        errors.Add("name", VolumeRules.NameFault(command.Name));
        errors.Add("kind", command.Kind is null ? "A kind is needed: what the volume holds." : null);
        if (errors.ToProblem() is { } invalid)
        {
            return invalid;
        }

        var queued = await _requests.QueueAsync(
            actor,
            context => VolumeRequests.SiteOfAsync(context, actor, Permission.AdoptVolumes, command.Site!, cancellationToken),
            idempotencyKey,
            Idempotency.HashOf("adopt-volume", new { engineName, command }),
            async scope =>
            {
                var unknown = await scope
                    .Context.UnknownVolumes.AsNoTracking()
                    .SingleOrDefaultAsync(row => row.Name == engineName, cancellationToken);
                var isKnown = await scope.Context.Volumes.AnyAsync(row => row.EngineName == engineName, cancellationToken);
                return _creation.Adopt(scope, isKnown ? null : unknown, engineName, command);
            },
            cancellationToken
        );
        return queued.TryGet(out var operation, out var problem)
            ? await AcceptedAsync(operation, operation.ArgumentsAs<VolumeArguments>().VolumeId, cancellationToken)
            : problem;
    }

    private static async Task<Outcome<OperationRequest>> PrepareMeasureAsync(
        VolumeRequests.Scope scope,
        CancellationToken cancellationToken
    )
    {
        if (VolumeRules.SiteFault(scope.Site) is { } fault)
        {
            return fault;
        }

        var same = await scope
            .Context.Operations.Where(operation =>
                operation.SiteId == scope.Site.Id
                && operation.Kind == OperationKinds.MeasureVolumes
                && operation.Priority >= OperationPriority.Schedule
                && (operation.State == OperationState.Queued || operation.State == OperationState.Running)
            )
            .Select(operation => (Guid?)operation.Id)
            .FirstOrDefaultAsync(cancellationToken);
        return same is null
            ? new OperationRequest(
                OperationKinds.MeasureVolumes,
                scope.Site.Id,
                scope.Site.Slug,
                // Somebody waits for it, but nobody who wants something of the site has to wait for it.
                OperationPriority.Schedule,
                scope.Volumes.Select(volume => volume.NodeId).FirstOrDefault(id => id is not null)
            )
            : VolumeRules.Refused("already-measuring", $"The volumes of {scope.Site.Slug} are being measured already.") with
            {
                OperationId = same,
            };
    }

    private async Task<Outcome<AcceptedVolume>> AcceptedAsync(Operation operation, Guid id, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await _reader.FindAsync(context, id, cancellationToken) is { } view
            ? new AcceptedVolume(view, OperationView.From(operation))
            : Idempotency.Gone("volume");
    }
}
