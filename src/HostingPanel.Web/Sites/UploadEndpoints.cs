using System.Net.Mime;
using System.Security.Claims;
using HostingPanel.Sites;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace HostingPanel.Web.Sites;

/// <summary>REST: archives of code. A body is written to its file as it arrives, never held in memory.</summary>
internal static class UploadEndpoints
{
    /// <summary>Room for the headers of a multipart body around the archive.</summary>
    private const int MultipartOverhead = 64 << 10;
    private const int MaxBoundaryLength = 200;

    private static readonly string[] ArchiveTypes =
    [
        MediaTypeNames.Application.Octet,
        MediaTypeNames.Application.Zip,
        MediaTypeNames.Application.GZip,
        "application/x-gzip",
        "application/x-tar",
        "application/x-compressed-tar",
        "application/x-zip-compressed",
    ];

    public static void MapUploads(this IEndpointRouteBuilder api) =>
        api.MapPost("/uploads", CreateAsync)
            .WithTags("Uploads")
            .Accepts<Stream>(MediaTypeNames.Application.Octet, [.. ArchiveTypes[1..], MediaTypeNames.Multipart.FormData])
            .Describe<Client.Upload>(
                "createUpload",
                "Send an archive of code",
                StatusCodes.Status201Created,
                description: "A `.tar`, `.tar.gz`, `.tgz` or `.zip`: as the body itself with its name in `fileName`, or as the first file of a "
                    + "`multipart/form-data` body. A new site's `codeUpload` then names its id."
            );

    private static async Task<IResult> CreateAsync(
        ClaimsPrincipal user,
        UploadService uploads,
        IOptions<UploadOptions> options,
        HttpContext context,
        string? fileName,
        [FromHeader(Name = PanelApi.IdempotencyKey)] string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        var request = context.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.Value.MaxBytes + MultipartOverhead;
        }

        if (ArchiveTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
        {
            return await StoreAsync(user, uploads, fileName, request.Body, idempotencyKey, cancellationToken);
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (
            !type.MediaType.Equals(MediaTypeNames.Multipart.FormData, StringComparison.OrdinalIgnoreCase)
            || boundary is not { Length: > 0 and <= MaxBoundaryLength }
        )
        {
            return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        }

        var reader = new MultipartReader(boundary, request.Body);
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (section.AsFileSection() is { FileStream: { } content } file)
            {
                return await StoreAsync(user, uploads, fileName ?? file.FileName, content, idempotencyKey, cancellationToken);
            }
        }

        return ApiFailures.ToResult(Problem.Invalid("file", "The multipart body has no file in it."));
    }

    private static async Task<IResult> StoreAsync(
        ClaimsPrincipal user,
        UploadService uploads,
        string? fileName,
        Stream content,
        string? idempotencyKey,
        CancellationToken cancellationToken
    ) =>
        (await uploads.StoreAsync(user.ToActor(), fileName, content, idempotencyKey, cancellationToken)).ToResult(view =>
            Results.Created((string?)null, new Client.Upload(view.Id, view.FileName, view.Bytes, view.Sha256))
        );
}
