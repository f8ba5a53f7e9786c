using System.Security.Claims;
using HostingPanel.Backups.Browsing;
using HostingPanel.Web.Security;
using Microsoft.Net.Http.Headers;

namespace HostingPanel.Web.Backups.Browsing;

/// <summary>A download for people: their cookie does not open the API, and a link sends no token.</summary>
internal static class DownloadRoute
{
    public static void MapDownloads(this IEndpointRouteBuilder app) => app.MapGet("/downloads/{id:guid}", TakeAsync);

    private static async Task<IResult> TakeAsync(
        ClaimsPrincipal user,
        DownloadService downloads,
        HttpContext http,
        Guid id,
        CancellationToken cancellationToken
    )
    {
        if (!(await downloads.OpenAsync(user.ToActor(), id, cancellationToken)).TryGet(out var file, out _))
        {
            return Results.NotFound();
        }

        // Nobody between may keep it, and no browser may guess what it is.
        http.Response.Headers.CacheControl = "no-store, private";
        return Results.File(
            file.Path,
            "application/octet-stream",
            file.View.FileName,
            file.View.CreatedAt,
            new EntityTagHeaderValue($"\"{file.View.Sha256}\""),
            enableRangeProcessing: true
        );
    }
}
