using System.Security.Claims;
using HostingPanel.Audit;
using HostingPanel.Web.Api;
using HostingPanel.Web.Security;

namespace HostingPanel.Web.Audit;

/// <summary>REST: who did what, and whether it is written down as it was.</summary>
internal static class AuditEndpoints
{
    private const string Filters =
        "`actor` and `target` are a part of a name, or an id; `act` is a word such as `site.create`, or its noun alone; `from` and `to` are "
        + "moments such as 2026-03-14T12:00:00Z.";

    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/audit").WithTags("Audit");
        group
            .MapGet("/", ListAsync)
            .Describe<Client.Page<Client.AuditEntry>>("listAudit", "Who did what, the newest first", description: Filters);
        group
            .MapGet("/export", Export)
            .Describe<string>(
                "exportAudit",
                "All that fits as a file, the oldest first",
                description: $"`format` is `{AuditFile.Csv}` or `{AuditFile.JsonLines}`. {Filters}",
                contentType: "application/jsonl"
            );
        group
            .MapGet("/verification", VerifyAsync)
            .Describe<Client.AuditVerification>(
                "verifyAudit",
                "Compute every hash anew and name the first entry that is not as it was written",
                description: "With `sequence` and `hash` of an end that was noted before, also whether the chain still goes through it."
            );
    }

    /// <summary>The same file for people, who come with a cookie.</summary>
    public static void MapAuditFile(this IEndpointRouteBuilder app) => app.MapGet("/audit/export", Export);

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user,
        AuditService audit,
        [AsParameters] AuditParameters parameters,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        parameters.ToFilter().TryGet(out var filter, out var problem)
            ? (await audit.ListAsync(user.ToActor(), filter, Paging.From(limit, cursor), cancellationToken)).ToResult(page =>
                page.ToContract(AuditContract.ToContract)
            )
            : ApiFailures.ToResult(problem);

    private static IResult Export(
        ClaimsPrincipal user,
        AuditService audit,
        TimeProvider time,
        [AsParameters] AuditParameters parameters,
        string? format
    ) =>
        parameters.ToFilter().TryGet(out var filter, out var problem)
            ? audit.Export(user.ToActor(), filter).ToResult(export => AuditFile.Result(export, format ?? AuditFile.JsonLines, time))
            : ApiFailures.ToResult(problem);

    private static async Task<IResult> VerifyAsync(
        ClaimsPrincipal user,
        AuditService audit,
        long? sequence,
        string? hash,
        CancellationToken cancellationToken
    )
    {
        if (sequence is null != hash is null)
        {
            return ApiFailures.ToResult(HostingPanel.Problem.Invalid("hash", "sequence and hash of a noted end are given together."));
        }

        var anchor = sequence is { } place ? new AuditAnchor(place, hash!) : null;
        return (await audit.VerifyAsync(user.ToActor(), anchor, cancellationToken)).ToResult(AuditContract.ToContract);
    }
}

/// <summary>The filters as they stand in an address.</summary>
internal sealed record AuditParameters(
    string? Actor,
    string? Act,
    string? Target,
    string? Organisation,
    string? Outcome,
    DateTimeOffset? From,
    DateTimeOffset? To,
    Guid? Operation
)
{
    public Outcome<AuditFilter> ToFilter()
    {
        var outcome = QueryWords.Read<AuditOutcome>("outcome", Outcome);
        return outcome.Problem is { } problem
            ? problem
            : new AuditFilter(Actor, Act, Target, Organisation, outcome.Value, From, To, Operation);
    }
}
