using System.Security.Claims;
using HostingPanel.Backups;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;

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
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal user, TargetService targets, CancellationToken cancellationToken) =>
        (await targets.ListAsync(user.ToActor(), cancellationToken)).ToResult(list => list.ToPage(BackupContract.ToContract));
}
