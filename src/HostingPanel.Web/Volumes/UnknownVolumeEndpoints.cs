using System.Security.Claims;
using HostingPanel.Volumes;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Volumes;

/// <summary>REST: volumes on the nodes that no site owns.</summary>
internal static class UnknownVolumeEndpoints
{
    public static void MapUnknownVolumes(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/volumes/unknown").WithTags("Volumes");
        group
            .MapGet("/", ListAsync)
            .Describe<Client.Page<Client.UnknownVolume>>(
                "listUnknownVolumes",
                "Volumes on the nodes that no site owns, by name",
                description: "As the worker last saw them, at most a minute ago. Volumes of other installations and the panel's own are not "
                    + "among them. The panel never deletes an unknown volume."
            );
        group
            .MapPost("/{name}/adopt", AdoptAsync)
            .Describe<Client.Accepted>(
                "adoptVolume",
                "Give one to a site",
                StatusCodes.Status202Accepted,
                description: "It gets a marker file with an identity; nothing else in it is touched, and nothing mounts it. Refused while a "
                    + "container has it (`volume-is-mounted`), and when it is no plain directory of the engine's own (`volume-not-adoptable`)."
            );
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        VolumeService volumes,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (await volumes.ListUnknownAsync(user.ToActor(), Paging.From(limit, cursor), cancellationToken)).ToResult(page =>
            page.ToContract(VolumeContract.ToContract)
        );

    private static async Task<IResult> AdoptAsync(
        ClaimsPrincipal user,
        VolumeManager volumes,
        string name,
        Client.AdoptVolumeRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (
            await volumes.AdoptAsync(
                user.ToActor(),
                name,
                new VolumeAdoption(request.Site, request.Name, VolumeContract.FromContract(request.Kind)),
                idempotencyKey,
                cancellationToken
            )
        ).ToResult(accepted => OperationContract.Accepted(accepted.Operation, volume: accepted.Volume.ToContract()));
}
