using System.Security.Claims;
using HostingPanel.Volumes;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Volumes;

/// <summary>REST: volumes of sites.</summary>
internal static class VolumeEndpoints
{
    public static void MapVolumes(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/volumes").WithTags("Volumes");
        group
            .MapGet("/", ListAsync)
            .Describe<Client.Page<Client.Volume>>(
                "listVolumes",
                "Volumes of all sites",
                description: "`site`, `organisation` and `kind` narrow the list, `search` looks in names and in the site's slug and title; `trashed` "
                    + "gives those in the trash, alone or with their site (`true`), or the others (`false`). `sort` is `site`, `name`, `size`, "
                    + "`files` or `created`, with a `-` before it for the other direction; a cursor belongs to one order."
            );
        group.MapGet("/{id:guid}", GetAsync).Describe<Client.Volume>("getVolume", "One volume");
        group
            .MapGet("/{id:guid}/measurements", ListMeasurementsAsync)
            .Describe<Client.Page<Client.VolumeMeasurement>>(
                "listVolumeMeasurements",
                "What was in it over time, the newest measurement first",
                description: "Volumes are measured once a day and soon after they are made."
            );
        group
            .MapPost("/{id:guid}/clone", CloneAsync)
            .Describe<Client.Accepted>(
                "cloneVolume",
                "Copy it into a new volume of the same site",
                StatusCodes.Status202Accepted,
                description: "Nothing mounts the copy. It has an identity of its own and keeps numeric owners, modes, times, links, extended "
                    + "attributes and sparse files. Without room on the node it is refused (`no-disk-space`); so is the copying of a database "
                    + "server's files while it runs (`site-is-running`)."
            );
        group
            .MapDelete("/{id:guid}", TrashAsync)
            .Describe<Client.Volume>(
                "trashVolume",
                "Move it to the trash",
                description: "Only a volume that nothing mounts; the others go with their site (`volume-is-mounted`). What is in it is kept."
            );
        group
            .MapPost("/{id:guid}/untrash", UntrashAsync)
            .Describe<Client.Volume>(
                "untrashVolume",
                "Take it out of the trash",
                description: "Not after its purge has begun and failed (`purge-begun`): part of it may be deleted."
            );
        group
            .MapGet("/{id:guid}/purge", PreviewPurgeAsync)
            .Describe<Client.VolumePurge>("previewVolumePurge", "What purging it would delete, exactly", description: "Changes nothing.");
        group
            .MapPost("/{id:guid}/purge", PurgeAsync)
            .Describe<Client.Accepted>(
                "purgeVolume",
                "Delete a volume in the trash for good",
                StatusCodes.Status202Accepted,
                description: "By its identity, and only from the trash (`volume-not-trashed`)."
            );
        var site = api.MapGroup("/sites/{slug}/volumes").WithTags("Volumes");
        site.MapGet("/", ListOfSiteAsync)
            .Describe<Client.Page<Client.Volume>>("listSiteVolumes", "A site's volumes: those that it mounts, and those beside them");
        site.MapPost("/measure", MeasureAsync)
            .Describe<Client.Accepted>(
                "measureSiteVolumes",
                "Measure a site's volumes now",
                StatusCodes.Status202Accepted,
                description: "It makes way for whatever else is asked of the site meanwhile."
            );
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        VolumeService volumes,
        string? site,
        string? organisation,
        string? kind,
        string? search,
        bool? trashed,
        string? sort,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    )
    {
        var (wanted, order) = (QueryWords.Read<Client.VolumeKind>("kind", kind), VolumeSort.Parse(sort));
        if ((wanted.Problem ?? order.Problem) is { } problem)
        {
            return ApiFailures.ToResult(problem);
        }

        var filter = new VolumeFilter(site, organisation, VolumeContract.FromContract(wanted.Value), search, trashed);
        return (await volumes.ListAsync(user.ToActor(), filter, order.Value, Paging.From(limit, cursor), cancellationToken)).ToResult(
            page => page.ToContract(VolumeContract.ToContract)
        );
    }

    private static async Task<IResult> GetAsync(
        ClaimsPrincipal user,
        VolumeService volumes,
        Guid id,
        CancellationToken cancellationToken
    ) => (await volumes.GetAsync(user.ToActor(), id, cancellationToken)).ToResult(VolumeContract.ToContract);

    private static async Task<IResult> ListMeasurementsAsync(
        ClaimsPrincipal user,
        VolumeService volumes,
        Guid id,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (await volumes.ListMeasurementsAsync(user.ToActor(), id, Paging.From(limit, cursor), cancellationToken)).ToResult(page =>
            page.ToContract(VolumeContract.ToContract)
        );

    private static async Task<IResult> ListOfSiteAsync(
        ClaimsPrincipal user,
        VolumeService volumes,
        string slug,
        CancellationToken cancellationToken
    ) => (await volumes.ListOfSiteAsync(user.ToActor(), slug, cancellationToken)).ToResult(list => list.ToPage(VolumeContract.ToContract));

    private static async Task<IResult> MeasureAsync(
        ClaimsPrincipal user,
        VolumeManager volumes,
        string slug,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await volumes.MeasureAsync(user.ToActor(), slug, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );

    private static async Task<IResult> CloneAsync(
        ClaimsPrincipal user,
        VolumeManager volumes,
        Guid id,
        Client.CloneVolumeRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await volumes.CloneAsync(user.ToActor(), id, request.Name, idempotencyKey, cancellationToken)).ToResult(accepted =>
            OperationContract.Accepted(accepted.Operation, volume: accepted.Volume.ToContract())
        );

    private static async Task<IResult> TrashAsync(
        ClaimsPrincipal user,
        VolumeTrash trash,
        Guid id,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) => (await trash.PutAsync(user.ToActor(), id, idempotencyKey, cancellationToken)).ToResult(VolumeContract.ToContract);

    private static async Task<IResult> UntrashAsync(
        ClaimsPrincipal user,
        VolumeTrash trash,
        Guid id,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) => (await trash.RestoreAsync(user.ToActor(), id, idempotencyKey, cancellationToken)).ToResult(VolumeContract.ToContract);

    private static async Task<IResult> PreviewPurgeAsync(
        ClaimsPrincipal user,
        VolumeTrash trash,
        Guid id,
        CancellationToken cancellationToken
    ) => (await trash.PreviewAsync(user.ToActor(), id, cancellationToken)).ToResult(VolumeContract.ToContract);

    private static async Task<IResult> PurgeAsync(
        ClaimsPrincipal user,
        VolumeTrash trash,
        Guid id,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await trash.PurgeAsync(user.ToActor(), id, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );
}
