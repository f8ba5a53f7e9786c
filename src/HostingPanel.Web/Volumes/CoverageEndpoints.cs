using System.Security.Claims;
using HostingPanel.Volumes;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;

namespace HostingPanel.Web.Volumes;

/// <summary>REST: whether backups take what sites hold.</summary>
internal static class CoverageEndpoints
{
    public static void MapCoverage(this IEndpointRouteBuilder api)
    {
        api.MapGet("/coverage", ListAsync)
            .WithTags("Coverage")
            .Describe<Client.CoverageReport>(
                "getCoverage",
                "Whether a backup takes each volume and each database of each site",
                description: "Each is `covered` (a good restore point has it), `excluded` for a written reason, or `uncovered`. Sites and volumes in "
                    + "the trash are not among them. `site`, `organisation` and `state` (which the summary does not heed) narrow the list."
            );
        var volume = api.MapGroup("/volumes/{id:guid}/exclusion").WithTags("Coverage");
        volume
            .MapPut("/", ExcludeVolumeAsync)
            .Describe("excludeVolume", "Write down why no backup has to take a volume", StatusCodes.Status204NoContent);
        volume
            .MapDelete("/", IncludeVolumeAsync)
            .Describe(
                "includeVolume",
                "Take the exclusion of a volume back",
                StatusCodes.Status204NoContent,
                "What its blueprint says about its kind stays."
            );
        var database = api.MapGroup("/sites/{slug}/databases/{database}/exclusion").WithTags("Coverage");
        database
            .MapPut("/", ExcludeDatabaseAsync)
            .Describe("excludeDatabase", "Write down why no backup has to take a database", StatusCodes.Status204NoContent);
        database
            .MapDelete("/", IncludeDatabaseAsync)
            .Describe("includeDatabase", "Take the exclusion of a database back", StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        CoverageService coverage,
        string? site,
        string? organisation,
        string? state,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    )
    {
        var wanted = QueryWords.Read<Client.CoverageState>("state", state);
        if (wanted.Problem is { } problem)
        {
            return ApiFailures.ToResult(problem);
        }

        var filter = new CoverageFilter(site, organisation, VolumeContract.FromContract(wanted.Value));
        return (await coverage.ListAsync(user.ToActor(), filter, Paging.From(limit, cursor), cancellationToken)).ToResult(
            VolumeContract.ToContract
        );
    }

    private static async Task<IResult> ExcludeVolumeAsync(
        ClaimsPrincipal user,
        CoverageService coverage,
        Guid id,
        Client.ExclusionRequest request,
        CancellationToken cancellationToken
    ) => NoContent(await coverage.ExcludeVolumeAsync(user.ToActor(), id, request.Reason, cancellationToken));

    private static async Task<IResult> IncludeVolumeAsync(
        ClaimsPrincipal user,
        CoverageService coverage,
        Guid id,
        CancellationToken cancellationToken
    ) => NoContent(await coverage.IncludeVolumeAsync(user.ToActor(), id, cancellationToken));

    private static async Task<IResult> ExcludeDatabaseAsync(
        ClaimsPrincipal user,
        CoverageService coverage,
        string slug,
        string database,
        Client.ExclusionRequest request,
        CancellationToken cancellationToken
    ) => NoContent(await coverage.ExcludeDatabaseAsync(user.ToActor(), slug, database, request.Reason, cancellationToken));

    private static async Task<IResult> IncludeDatabaseAsync(
        ClaimsPrincipal user,
        CoverageService coverage,
        string slug,
        string database,
        CancellationToken cancellationToken
    ) => NoContent(await coverage.IncludeDatabaseAsync(user.ToActor(), slug, database, cancellationToken));

    private static IResult NoContent(Outcome<Done> outcome) => outcome.ToResult(_ => Results.NoContent());
}
