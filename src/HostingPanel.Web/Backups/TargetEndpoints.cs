using System.Security.Claims;
using HostingPanel.Backups;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Backups;

/// <summary>REST: the places where restore points are kept.</summary>
internal static class TargetEndpoints
{
    public static void MapBackupTargets(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/backup-targets").WithTags("Backups");
        group
            .MapGet("/", ListAsync)
            .Describe<Client.Page<Client.BackupTarget>>(
                "listBackupTargets",
                "The places where restore points are kept",
                description: "Each site has a repository with a key of its own at each of them. Credentials are never shown."
            );
        group
            .MapPost("/", AddAsync)
            .Describe<Client.BackupTarget>(
                "addBackupTarget",
                "Add a place where restore points are kept",
                StatusCodes.Status201Created,
                description: "The next restore points lie there, too. `credentials` are `sshKey` and `sshKnownHosts` (sftp), `accessKeyId` and "
                    + "`secretAccessKey` (s3) or `username` and `password` (rest); they are sealed for the worker and never shown again. With "
                    + "`draft` nothing is kept there until it is taken into use: test it first."
            );
        group
            .MapPost("/{id:guid}/use", UseAsync)
            .Describe<Client.BackupTarget>(
                "useBackupTarget",
                "Keep the next restore points there, too",
                description: "Takes in a draft, or a target that was retired."
            );
        group
            .MapDelete("/{id:guid}", RetireAsync)
            .Describe(
                "retireBackupTarget",
                "Keep nothing new there",
                StatusCodes.Status204NoContent,
                "What lies there is not touched and can be restored further on; one where nothing lies is forgotten. Not the last one (`last-target`)."
            );
        group
            .MapPost("/{id:guid}/test", TestAsync)
            .Describe<Client.Accepted>(
                "testBackupTarget",
                "Keep something small there and read it back",
                StatusCodes.Status202Accepted,
                description: "In a repository of the panel's own."
            );
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal user, TargetService targets, CancellationToken cancellationToken) =>
        (await targets.ListAsync(user.ToActor(), cancellationToken)).ToResult(list => list.ToPage(BackupContract.ToContract));

    private static async Task<IResult> AddAsync(
        ClaimsPrincipal user,
        TargetService targets,
        Client.NewBackupTargetRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (
            await targets.AddAsync(
                user.ToActor(),
                new NewBackupTarget(
                    request.Name,
                    BackupContract.FromContract(request.Kind),
                    request.Host,
                    request.Port,
                    request.User,
                    request.Path,
                    request.Tls ?? true,
                    request.UploadKib,
                    request.Credentials,
                    request.Draft ?? false
                ),
                idempotencyKey,
                cancellationToken
            )
        ).ToResult(view => Results.Created($"{PanelApi.Base}/backup-targets/{view.Id}", view.ToContract()));

    private static async Task<IResult> UseAsync(
        ClaimsPrincipal user,
        TargetService targets,
        Guid id,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) => (await targets.UseAsync(user.ToActor(), id, idempotencyKey, cancellationToken)).ToResult(BackupContract.ToContract);

    private static async Task<IResult> RetireAsync(
        ClaimsPrincipal user,
        TargetService targets,
        Guid id,
        CancellationToken cancellationToken
    ) => (await targets.RetireAsync(user.ToActor(), id, cancellationToken)).ToResult(_ => Results.NoContent());

    private static async Task<IResult> TestAsync(
        ClaimsPrincipal user,
        TargetService targets,
        Guid id,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await targets.TestAsync(user.ToActor(), id, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );
}
