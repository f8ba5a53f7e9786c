using System.Net.Mime;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using HostingPanel.Client;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace HostingPanel.Web.Api;

/// <summary>
/// The OpenAPI document and its page. Anonymous: both say only what the source says, and tools that generate clients have no token.
/// Everything comes from this server, so they work where there is no internet.
/// </summary>
internal static class ApiDocument
{
    public const string PagePath = PanelSecurity.ApiPath + "/docs";
    public const string Path = PanelApi.Base + "/openapi.json";
    private const string Name = "v1";
    private const string ProblemMediaType = "application/problem+json";

    public static void AddApiDocument(this IServiceCollection services) =>
        services.AddOpenApi(
            Name,
            document =>
            {
                document.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
                document.AddDocumentTransformer(DescribeAsync);
                document.AddOperationTransformer(DescribeAsync);
                document.AddSchemaTransformer(DescribeAsync);
            }
        );

    public static void MapApiDocument(this WebApplication app) => app.MapOpenApi(Path).AllowAnonymous();

    /// <summary>Serves the page. It has no endpoint that could say that it is open, so it stands before authentication.</summary>
    public static void UseApiDocumentPage(this IApplicationBuilder app) =>
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = PagePath[1..];
            page.DocumentTitle = "HostingPanel: REST API";
            page.SwaggerEndpoint(Path, "HostingPanel REST API v1");
            page.EnableTryItOutByDefault();
        });

    /// <summary>Gives an endpoint its words in the document.</summary>
    public static RouteHandlerBuilder Describe<T>(
        this RouteHandlerBuilder endpoint,
        string name,
        string summary,
        int status = StatusCodes.Status200OK,
        string? description = null,
        string contentType = MediaTypeNames.Application.Json
    ) => endpoint.Describe(name, summary, status, description).Produces<T>(status, contentType);

    /// <summary>Gives an endpoint without a body in its answer its words in the document.</summary>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder endpoint,
        string name,
        string summary,
        int status,
        string? description = null
    )
    {
        endpoint.WithSummary(summary).WithMetadata(new OperationName(name));
        if (description is not null)
        {
            endpoint.WithDescription(description);
        }

        return status == StatusCodes.Status204NoContent ? endpoint.Produces(status) : endpoint;
    }

    /// <summary>Says that the endpoint answers as a stream of events when it is asked to.</summary>
    public static RouteHandlerBuilder OrStreams(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new StreamsToo());

    /// <summary>What the document calls an endpoint.</summary>
    internal sealed record OperationName(string Value);

    private sealed record StreamsToo;

    private static Task DescribeAsync(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        document.Info = new OpenApiInfo
        {
            Title = "HostingPanel",
            Version = Name,
            Description =
                "Sites of non-profits and the long actions on them. Failures are problem documents (RFC 9457) with a stable `code`. "
                + "Lists page with `limit` and `cursor`. Long actions answer 202 with the address of an operation.",
        };
        // The address that the document was asked at: a Host header must not write itself into it.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.AddComponent<IOpenApiSecurityScheme>(
            BearerHandler.Name,
            new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A token made with `./panel token create`, in the web interface or with `POST /tokens`.",
            }
        );
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerHandler.Name, document)] = [] }];
        return Task.CompletedTask;
    }

    private static async Task DescribeAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            if (parameter is { In: ParameterLocation.Header, Name: PanelApi.IdempotencyKey })
            {
                parameter.Description =
                    "1 to 200 printable ASCII characters without spaces, such as a UUID. The same key with the same request gives what the "
                    + "first request made, and makes nothing; with another request it is refused (409, `idempotency-key-reused`). Keys of "
                    + "different tokens do not meet, and a refused request uses no key up.";
            }
        }

        if (operation.Responses?.GetValueOrDefault("202") is OpenApiResponse accepted)
        {
            accepted.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            accepted.Headers["Location"] = new OpenApiHeader
            {
                Description = "The address of the operation",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uri-reference" },
            };
        }

        if (
            metadata.OfType<StreamsToo>().Any() && operation.Responses?.GetValueOrDefault("200") is OpenApiResponse { Content: { } content }
        )
        {
            content[MediaTypeNames.Text.EventStream] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }

        operation.OperationId = metadata.OfType<OperationName>().SingleOrDefault()?.Value;
        if (metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [];
            return;
        }

        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "Refused or failed",
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [ProblemMediaType] = new()
                {
                    Schema = await context.GetOrCreateSchemaAsync(typeof(Client.Problem), null, cancellationToken),
                    Examples = Examples,
                },
            },
        };
    }

    /// <summary>The strict reader of texts hides from the schema that it reads texts.</summary>
    private static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Type == typeof(string) && schema.Type is null && schema.Enum is null or [])
        {
            schema.Type =
                context.JsonPropertyInfo is { IsGetNullable: true } property && !IsNeeded(property)
                    ? JsonSchemaType.String | JsonSchemaType.Null
                    : JsonSchemaType.String;
        }

        return Task.CompletedTask;
    }

    /// <summary>What a request must have may be null only so that its absence is refused in our words.</summary>
    private static bool IsNeeded(JsonPropertyInfo property) =>
        property.AssociatedParameter is { HasDefaultValue: false } parameter
        && parameter.DeclaringType.Name.EndsWith("Request", StringComparison.Ordinal);

    private static Dictionary<string, IOpenApiExample> Examples { get; } =
        new(StringComparer.Ordinal)
        {
            ["invalid-request"] = Example(
                "The request itself is wrong",
                ApiFailures.New(400, "invalid-request", "This is not an e-mail address; it looks like name@example.org.") with
                {
                    Errors = [new ProblemError("adminEmail", "This is not an e-mail address; it looks like name@example.org.")],
                }
            ),
            ["not-authenticated"] = Example(
                "No token, or one that is void",
                ApiFailures.New(401, "not-authenticated", "Send a token as “Authorization: Bearer <token>”.")
            ),
            ["site-busy"] = Example(
                "Something else is being done to the site",
                ApiFailures.New(409, "site-busy", "“Provision” is being done to food-bank. Wait for it to end, or cancel it.") with
                {
                    Operation = Guid.Parse("019a7f2e-5b1c-7c3d-9e4f-0a1b2c3d4e5f"),
                }
            ),
        };

    private static OpenApiExample Example(string summary, Client.Problem problem) =>
        new() { Summary = summary, Value = JsonNode.Parse(ApiFailures.Serialize(problem)) };
}
