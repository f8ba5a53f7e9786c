using System.Text.Json;
using HostingPanel.Client;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace HostingPanel.Web.Api;

/// <summary>Every way in which a request can fail, as a problem document (RFC 9457).</summary>
internal static class ApiFailures
{
    private const string MediaType = "application/problem+json";

    /// <summary>For exceptions. What a caller did wrong is no error of the panel's and is not logged as one.</summary>
    public static ExceptionHandlerOptions HandlerOptions { get; } =
        new()
        {
            ExceptionHandler = context => WriteAsync(context, Describe(context, context.Features.Get<IExceptionHandlerFeature>()!)),
            SuppressDiagnosticsCallback = failure => failure.Exception is BadHttpRequestException,
        };

    /// <summary>A use case's refusal as an answer.</summary>
    public static IResult ToResult(HostingPanel.Problem problem)
    {
        var status = StatusOf(problem);
        var errors = problem.Errors.Select(error => new ProblemError(error.Path, error.Message)).ToList();
        return new ProblemResult(
            new Client.Problem(
                ReasonPhrases.GetReasonPhrase(status),
                status,
                problem.Message,
                problem.Code,
                errors.Count == 0 ? null : errors,
                problem.OperationId
            )
        );
    }

    /// <summary>For answers that have a status and no body yet: no such route, wrong method, not signed in.</summary>
    public static Task DescribeStatusAsync(StatusCodeContext context)
    {
        var response = context.HttpContext.Response;
        var problem = ForStatus(response.StatusCode);
        return WriteAsync(
            context.HttpContext,
            response.Headers.Allow is { Count: > 0 } allowed ? problem with { Detail = $"{problem.Detail} It takes {allowed}." } : problem
        );
    }

    /// <summary>True when the address has a NUL in it, which no name has and PostgreSQL's text can't hold.</summary>
    public static bool HasNul(HttpRequest request) =>
        request.Path.Value!.Contains('\0', StringComparison.Ordinal)
        || request.QueryString.Value!.Contains("%00", StringComparison.Ordinal)
        || request.QueryString.Value.Contains('\0', StringComparison.Ordinal);

    /// <summary>Refuses an address with a NUL.</summary>
    public static Task RefuseNulAsync(HttpContext context) =>
        WriteAsync(context, New(StatusCodes.Status400BadRequest, "invalid-request", "The address has a NUL character in it."));

    private static int StatusOf(HostingPanel.Problem problem) =>
        (problem.Kind, problem.Code) switch
        {
            (_, "no-disk-space") => StatusCodes.Status507InsufficientStorage,
            (_, "upload-too-large") => StatusCodes.Status413PayloadTooLarge,
            (ProblemKind.Invalid, _) => StatusCodes.Status400BadRequest,
            (ProblemKind.NotFound, _) => StatusCodes.Status404NotFound,
            (ProblemKind.Conflict or ProblemKind.LimitReached, _) => StatusCodes.Status409Conflict,
            (ProblemKind.Forbidden, _) => StatusCodes.Status403Forbidden,
            (ProblemKind.Unavailable, _) => StatusCodes.Status503ServiceUnavailable,
            _ => throw new InvalidOperationException($"Problems of kind {problem.Kind} have no status."),
        };

    private static Client.Problem Describe(HttpContext context, IExceptionHandlerFeature feature) =>
        feature.Error switch
        {
            BadHttpRequestException { InnerException: JsonException json } => RequestFaults.OfBody(feature.Endpoint, json),
            BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } => RequestFaults.OfAddress(
                feature.Endpoint,
                context.Request
            ),
            BadHttpRequestException bad => ForStatus(bad.StatusCode),
            var failure when IsDatabaseAway(failure) => New(
                StatusCodes.Status503ServiceUnavailable,
                "database-unavailable",
                "The panel's database does not answer, or is not set up yet. The sites go on without it. Try again in a moment."
            ),
            IOException { HResult: 28 } => New(
                StatusCodes.Status507InsufficientStorage,
                "disk-full",
                "The panel's disk is full. Free some space and try again."
            ),
            _ => New(
                StatusCodes.Status500InternalServerError,
                "internal-error",
                "The panel failed. The failure is in its log, under this trace id."
            ) with
            {
                TraceId = System.Diagnostics.Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier,
            },
        };

    private static bool IsDatabaseAway(Exception failure) =>
        failure switch
        {
            PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidCatalogName } => true,
            PostgresException inner => inner.IsTransient,
            NpgsqlException => true,
            { InnerException: { } inner } => IsDatabaseAway(inner),
            _ => false,
        };

    private static Client.Problem ForStatus(int status) =>
        status switch
        {
            StatusCodes.Status401Unauthorized => New(
                status,
                "not-authenticated",
                "Send a token that is known, has not expired and was not revoked as “Authorization: Bearer <token>”."
            ),
            StatusCodes.Status403Forbidden => New(status, "not-permitted", "This is not permitted."),
            StatusCodes.Status404NotFound => New(
                status,
                "no-such-route",
                $"There is nothing at this address. See {ApiDocument.PagePath} for what there is."
            ),
            StatusCodes.Status405MethodNotAllowed => New(status, "method-not-allowed", "This address does not take this method."),
            StatusCodes.Status413PayloadTooLarge => New(status, "body-too-large", "The body of the request is too large."),
            StatusCodes.Status415UnsupportedMediaType => New(
                status,
                "unsupported-media-type",
                "The body has the wrong content type. JSON is sent as application/json."
            ),
            StatusCodes.Status421MisdirectedRequest => New(status, "unknown-host", "This host name is not the panel's."),
            _ => New(status, $"http-{status}", $"The request ended with status {status}."),
        };

    /// <summary>A problem as its JSON document.</summary>
    public static string Serialize(Client.Problem problem) => JsonSerializer.Serialize(problem, ProblemJson.Options);

    internal static Client.Problem New(int status, string code, string detail) =>
        new(ReasonPhrases.GetReasonPhrase(status), status, detail, code);

    private static Task WriteAsync(HttpContext context, Client.Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        return context.Response.WriteAsJsonAsync(problem, ProblemJson.Options, MediaType, context.RequestAborted);
    }

    private sealed class ProblemResult(Client.Problem problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, problem);
    }

    /// <summary>Problem documents leave out what does not apply.</summary>
    private static class ProblemJson
    {
        public static readonly JsonSerializerOptions Options = new(PanelJson.Options)
        {
            DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        };
    }
}
