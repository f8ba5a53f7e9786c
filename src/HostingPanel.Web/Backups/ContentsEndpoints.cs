using System.Security.Claims;
using HostingPanel.Backups.Browsing;
using HostingPanel.Web.Api;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HostingPanel.Web.Backups;

/// <summary>REST: what is in restore points, and the ways to get it.</summary>
internal static class ContentsEndpoints
{
    public static void MapBackupContents(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/sites/{slug}/backups/{id:guid}").WithTags("Backups");
        group
            .MapGet("/files", ListFilesAsync)
            .Describe<Client.BackupDirectory>(
                "listBackupFiles",
                "One directory of a volume, as it was",
                description: "The first time the list has to be made: then the answer is 202 with the operation in `preparing`; ask again when it has "
                    + "ended. Links are shown and not followed. `shown` is the name with everything made visible that could act on a page or a terminal."
            )
            .Produces<Client.BackupDirectory>(StatusCodes.Status202Accepted);
        group
            .MapGet("/tables", ListTablesAsync)
            .Describe<Client.Page<Client.BackupDatabase>>(
                "listBackupTables",
                "The databases of a restore point with the rows of their tables"
            );
        group
            .MapPost("/fetch", FetchAsync)
            .Describe<Client.Accepted>(
                "fetchFromBackup",
                "Make a download of a part of a restore point, or of all of it",
                StatusCodes.Status202Accepted,
                description: "`volume` and `paths`, or `database` and `tables`, or nothing for all. The download has the operation's id; it is a tar.gz "
                    + "with README.txt, manifest.json, manifest.sig, databases/NAME.sql and volumes/NAME/… and goes after a day. Set-id bits are taken "
                    + "away; devices, pipes and sockets are left out."
            );
        group
            .MapPost("/put-back", PutBackAsync)
            .Describe<Client.Accepted>(
                "putBackFromBackup",
                "Put files or tables back into the site, beside what is there",
                StatusCodes.Status202Accepted,
                description: "Files come into a new directory `restored-DAY-…/files` of their volume, which the site's web server gives out nothing of; "
                    + "tables into the same database as `restored_DAY_…_NAME`, without triggers and foreign keys. Nothing is overwritten."
            );
        var repositories = api.MapGroup("/sites/{slug}/backups/repositories").WithTags("Backups");
        repositories
            .MapGet("/", ListRepositoriesAsync)
            .Describe<Client.Page<Client.BackupRepository>>(
                "listBackupRepositories",
                "Where a site's restore points lie, as restic finds them"
            );
        repositories
            .MapPost("/{id:guid}/export-key", ExportKeyAsync)
            .Describe<Client.Accepted>(
                "exportRepositoryKey",
                "Take the key of a repository out",
                StatusCodes.Status202Accepted,
                description: "It waits for a quarter of an hour as a download of the operation's id, and can be taken once, by who asked for it. Who has "
                    + "it reads everything of the site at that target, with restic alone."
            );
        var downloads = api.MapGroup("/downloads").WithTags("Backups");
        downloads
            .MapGet("/", ListDownloadsAsync)
            .Describe<Client.Page<Client.Download>>("listDownloads", "Downloads that wait to be taken");
        downloads
            .MapGet("/{id:guid}", TakeAsync)
            .Describe<Stream>(
                "takeDownload",
                "The file itself",
                description: "Answers parts, too (`Range`).",
                contentType: "application/octet-stream"
            );
        downloads
            .MapDelete("/{id:guid}", DeleteAsync)
            .Describe("deleteDownload", "Let a download go before its time", StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListFilesAsync(
        ClaimsPrincipal user,
        BrowseService browse,
        string slug,
        Guid id,
        string? volume,
        string? path,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (await browse.ListFilesAsync(user.ToActor(), slug, id, volume, path, Paging.From(limit, cursor), cancellationToken)).ToResult(
            view =>
                view.Preparing is { } operation
                    ? Results.Accepted($"{PanelApi.Base}/operations/{operation.Id}", view.ToContract())
                    : Results.Ok(view.ToContract())
        );

    private static async Task<IResult> ListTablesAsync(
        ClaimsPrincipal user,
        BrowseService browse,
        string slug,
        Guid id,
        CancellationToken cancellationToken
    ) =>
        (await browse.ListTablesAsync(user.ToActor(), slug, id, cancellationToken)).ToResult(list =>
            list.ToPage(ContentsContract.ToContract)
        );

    private static async Task<IResult> FetchAsync(
        ClaimsPrincipal user,
        FetchService fetches,
        string slug,
        Guid id,
        Client.FetchRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await fetches.FetchAsync(user.ToActor(), slug, id, request.FromContract(), idempotencyKey, cancellationToken)).ToResult(
            operation => OperationContract.Accepted(operation)
        );

    private static async Task<IResult> PutBackAsync(
        ClaimsPrincipal user,
        FetchService fetches,
        string slug,
        Guid id,
        Client.FetchRequest request,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await fetches.PutBackAsync(user.ToActor(), slug, id, request.FromContract(), idempotencyKey, cancellationToken)).ToResult(
            operation => OperationContract.Accepted(operation)
        );

    private static async Task<IResult> ListRepositoriesAsync(
        ClaimsPrincipal user,
        RepositoryService repositories,
        string slug,
        CancellationToken cancellationToken
    ) => (await repositories.ListAsync(user.ToActor(), slug, cancellationToken)).ToResult(list => list.ToPage(ContentsContract.ToContract));

    private static async Task<IResult> ExportKeyAsync(
        ClaimsPrincipal user,
        RepositoryService repositories,
        string slug,
        Guid id,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await repositories.ExportKeyAsync(user.ToActor(), slug, id, idempotencyKey, cancellationToken)).ToResult(operation =>
            OperationContract.Accepted(operation)
        );

    private static async Task<IResult> ListDownloadsAsync(
        ClaimsPrincipal user,
        DownloadService downloads,
        string? site,
        CancellationToken cancellationToken
    ) => (await downloads.ListAsync(user.ToActor(), site, cancellationToken)).ToResult(list => list.ToPage(ContentsContract.ToContract));

    private static async Task<IResult> TakeAsync(
        ClaimsPrincipal user,
        DownloadService downloads,
        HttpContext http,
        Guid id,
        CancellationToken cancellationToken
    ) =>
        (await downloads.OpenAsync(user.ToActor(), id, cancellationToken)).ToResult(file =>
        {
            // Nobody between may keep it, and no browser may guess what it is.
            http.Response.Headers.CacheControl = "no-store, private";
            return Results.File(
                file.Path,
                "application/octet-stream",
                file.View.FileName,
                file.View.CreatedAt,
                new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{file.View.Sha256}\""),
                enableRangeProcessing: true
            );
        });

    private static async Task<IResult> DeleteAsync(
        ClaimsPrincipal user,
        DownloadService downloads,
        Guid id,
        CancellationToken cancellationToken
    ) => (await downloads.DeleteAsync(user.ToActor(), id, cancellationToken)).ToResult(_ => Results.NoContent());
}
