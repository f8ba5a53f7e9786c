using System.Security.Claims;
using HostingPanel.Backups.Drills;
using HostingPanel.Web.Security;
using Microsoft.Net.Http.Headers;

namespace HostingPanel.Web.Backups.Drills;

/// <summary>The picture of a drill for people: their cookie does not open the API, and a page's picture sends no token.</summary>
internal static class DrillPictureRoute
{
    public static void MapDrillPictures(this IEndpointRouteBuilder app) =>
        app.MapGet("/backups/{slug}/drills/{id:guid}/picture", TakeAsync);

    /// <summary>Where a page finds it.</summary>
    public static string Of(string slug, Guid id) => $"backups/{slug}/drills/{id}/picture";

    /// <summary>The answer that it is, here and in the API.</summary>
    public static IResult Show(HttpContext http, DrillPictureFile file)
    {
        var headers = http.Response.Headers;
        // Nobody between may keep it, no other site may show it, and whatever a browser takes it for, it can do nothing and ask for nothing.
        headers.CacheControl = "no-store, private";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        var disposition = new ContentDispositionHeaderValue("inline");
        disposition.SetHttpFileName(file.FileName);
        headers.ContentDisposition = disposition.ToString();
        return Results.Bytes(file.Content, file.View.MediaType);
    }

    private static async Task<IResult> TakeAsync(
        ClaimsPrincipal user,
        DrillService drills,
        HttpContext http,
        string slug,
        Guid id,
        CancellationToken cancellationToken
    ) =>
        (await drills.GetPictureAsync(user.ToActor(), slug, id, cancellationToken)).TryGet(out var file, out var problem) ? Show(http, file)
        : problem.Kind == ProblemKind.NotFound ? Results.Text(problem.Message, statusCode: StatusCodes.Status404NotFound)
        : Results.NotFound();
}
