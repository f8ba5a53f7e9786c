using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Volumes.Operations;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Volumes;

/// <summary>The trash of volumes: in, out again, what would be deleted for good, and that.</summary>
public sealed class VolumeTrash
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly VolumeRequests _requests;
    private readonly VolumeReader _reader;
    private readonly TimeProvider _time;

    internal VolumeTrash(IDbContextFactory<PanelDbContext> contexts, VolumeRequests requests, VolumeReader reader, TimeProvider time) =>
        (_contexts, _requests, _reader, _time) = (contexts, requests, reader, time);

    /// <summary>Moves a volume that nothing mounts to the trash; what is in it is kept. Refused: <c>volume-is-…</c>, <c>site-busy</c>.</summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="id">The volume.</param>
    /// <param name="idempotencyKey">Same key and same volume: not refused when it is in the trash since.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<Outcome<VolumeView>> PutAsync(Actor actor, Guid id, string? idempotencyKey, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            id,
            "trash-volume",
            idempotencyKey,
            VolumeRules.TrashFault,
            volume => (volume.State, volume.TrashedAt) = (VolumeState.Trashed, _time.GetStoredNow()),
            cancellationToken
        );

    /// <summary>
    /// Takes a volume out of the trash. Refused: <c>volume-not-trashed</c>, <c>volume-is-mounted</c>, <c>purge-begun</c>, <c>site-busy</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="id">The volume.</param>
    /// <param name="idempotencyKey">Same key and same volume: not refused when it is out of the trash since.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<Outcome<VolumeView>> RestoreAsync(Actor actor, Guid id, string? idempotencyKey, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            id,
            "untrash-volume",
            idempotencyKey,
            VolumeRules.RestoreFault,
            volume => (volume.State, volume.TrashedAt) = (VolumeState.InUse, null),
            cancellationToken
        );

    /// <summary>What purging a volume would delete, exactly.</summary>
    public async Task<Outcome<PurgePreview>> PreviewAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if ((await VolumeRequests.SiteOfAsync(context, actor, Permission.ReadVolumes, id, cancellationToken)).Problem is { } refused)
        {
            return refused;
        }

        if (await _reader.FindAsync(context, id, cancellationToken) is not { } view)
        {
            return Problem.NotFound("volume", id.ToString());
        }

        var volume = await context.Volumes.AsNoTracking().SingleAsync(volume => volume.Id == id, cancellationToken);
        var measurements = await context.VolumeMeasurements.CountAsync(row => row.VolumeId == id, cancellationToken);
        var where = volume.NodeName is { } node ? $" on {node}" : string.Empty;
        var files = volume.MeasuredAt is { } at
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Everything in it: {volume.Files} files, {volume.Bytes} bytes when it was measured on {at.UtcDateTime:d MMM yyyy 'at' HH:mm} UTC."
            )
            : "Everything in it; it was never measured.";
        return new PurgePreview(
            view,
            [
                new PurgedThing("volume", $"The volume {volume.EngineName}{where}, {volume.Name} of {view.Site}."),
                new PurgedThing("files", files),
                new PurgedThing("measurements", $"Its {measurements} measurements."),
            ],
            VolumeRules.TrashedFault(volume)
        );
    }

    /// <summary>
    /// Deletes a volume from the trash for good, by its identity. Refused: <c>volume-not-trashed</c>, <c>volume-is-mounted</c>,
    /// <c>site-busy</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="id">The volume.</param>
    /// <param name="idempotencyKey">Same key and same volume: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> PurgeAsync(Actor actor, Guid id, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var queued = await _requests.QueueAsync(
            actor,
            context => VolumeRequests.SiteOfAsync(context, actor, Permission.ManageVolumes, id, cancellationToken),
            idempotencyKey,
            Idempotency.HashOf("purge-volume", id),
            scope => Task.FromResult(PreparePurge(scope, id)),
            cancellationToken
        );
        return queued.TryGet(out var operation, out var problem) ? OperationView.From(operation) : problem;
    }

    private static Outcome<OperationRequest> PreparePurge(VolumeRequests.Scope scope, Guid id)
    {
        if (!scope.Find(id).TryGet(out var volume, out var gone))
        {
            return gone;
        }

        return VolumeRules.TrashedFault(volume) is { } fault
            ? fault
            : new OperationRequest(
                OperationKinds.PurgeVolume,
                scope.Site.Id,
                VolumeRules.TargetOf(scope.Site, volume.Name),
                Node: volume.NodeId,
                Arguments: new VolumeArguments(id)
            )
            {
                TargetId = id,
            };
    }

    private async Task<Outcome<VolumeView>> ChangeAsync(
        Actor actor,
        Guid id,
        string what,
        string? idempotencyKey,
        Func<Volume, Problem?> fault,
        Action<Volume> change,
        CancellationToken cancellationToken
    )
    {
        var changed = await _requests.ChangeAsync(
            actor,
            context => VolumeRequests.SiteOfAsync(context, actor, Permission.ManageVolumes, id, cancellationToken),
            idempotencyKey,
            Idempotency.HashOf(what, id),
            id,
            scope =>
            {
                if (!scope.Find(id).TryGet(out var volume, out var gone))
                {
                    return gone;
                }

                if (fault(volume) is { } refused)
                {
                    return refused;
                }

                change(volume);
                AuditTrail.Add(
                    scope.Context,
                    actor,
                    volume.State == VolumeState.Trashed ? AuditActs.VolumeTrash : AuditActs.VolumeUntrash,
                    new AuditTarget("volume", id, VolumeRules.TargetOf(scope.Site, volume.Name)) { SiteId = scope.Site.Id }
                );
                return null;
            },
            cancellationToken
        );
        if (changed.Problem is { } problem)
        {
            return problem;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (await _reader.FindAsync(context, id, cancellationToken) is not { } view)
        {
            return Idempotency.Gone("volume");
        }

        // Not looked at yet where the key says that it was done before.
        var seen = await VolumeRequests.SiteOfAsync(context, actor, Permission.ManageVolumes, id, cancellationToken);
        return seen.Problem is { } refused ? refused : view;
    }
}
