using HostingPanel.Client;
using HostingPanel.Web.Accounts.People;
using HostingPanel.Web.Audit;
using HostingPanel.Web.Backups;
using HostingPanel.Web.Blueprints;
using HostingPanel.Web.Certificates;
using HostingPanel.Web.Engine;
using HostingPanel.Web.Health;
using HostingPanel.Web.Mail;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Organisations;
using HostingPanel.Web.Security;
using HostingPanel.Web.Sites;
using HostingPanel.Web.Sites.Cron;
using HostingPanel.Web.Sites.Disposability;
using HostingPanel.Web.Sites.Domains;
using HostingPanel.Web.Tokens;
using HostingPanel.Web.Traffic;
using HostingPanel.Web.Visits;
using HostingPanel.Web.Volumes;

namespace HostingPanel.Web.Api;

/// <summary>The REST API's part of the composition.</summary>
internal static class PanelApi
{
    /// <summary>Where version 1 of the contract lives.</summary>
    public const string Base = PanelSecurity.ApiPath + "/v1";

    /// <summary>The header that makes a repeated request the same request. Every POST that changes something takes it.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    /// <summary>No JSON body of the contract comes near this; archives have a limit of their own.</summary>
    private const long MaxBodyBytes = 1 << 20;

    /// <summary>Adds what the endpoints need.</summary>
    public static WebApplicationBuilder AddPanelApi(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBodyBytes);
        builder.Services.ConfigureHttpJsonOptions(json => RequestJson.Apply(json.SerializerOptions));
        // In every environment: the handler makes a problem document of it.
        builder.Services.Configure<RouteHandlerOptions>(routing => routing.ThrowOnBadRequest = true);
        builder.Services.AddSingleton<EventStreams>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSiteLogs(builder.Configuration);
        builder.Services.AddApiDocument();
        return builder;
    }

    /// <summary>Middleware that must stand before authentication: every failure below <c>/api</c> becomes a problem document.</summary>
    public static void UsePanelApi(this WebApplication app) =>
        app.UseWhen(
            context => PanelSecurity.IsApi(context.Request),
            api =>
            {
                api.UseExceptionHandler(ApiFailures.HandlerOptions);
                api.UseStatusCodePages(ApiFailures.DescribeStatusAsync);
                api.UseApiDocumentPage();
                api.Use(
                    static (context, next) =>
                    {
                        // Answers hold what only this caller may see.
                        context.Response.Headers.CacheControl = "no-store";
                        return ApiFailures.HasNul(context.Request) ? ApiFailures.RefuseNulAsync(context) : next(context);
                    }
                );
            }
        );

    /// <summary>Maps the endpoints.</summary>
    public static void MapPanelApi(this WebApplication app)
    {
        var api = app.MapGroup(Base);
        api.MapOrganisations();
        api.MapMembers();
        api.MapBlueprints();
        api.MapSites();
        api.MapSiteActions();
        api.MapDisposability();
        api.MapCron();
        api.MapDomains();
        api.MapTraffic();
        api.MapSiteLogs();
        api.MapVisits();
        api.MapVolumes();
        api.MapUnknownVolumes();
        api.MapCoverage();
        api.MapBackups();
        api.MapBackupTargets();
        api.MapSetAside();
        api.MapRestoreDrills();
        api.MapPanelBackups();
        api.MapBackupPolicies();
        api.MapBackupUpkeep();
        api.MapBackupContents();
        api.MapCertificates();
        api.MapAuthorities();
        api.MapEngine();
        api.MapUploads();
        api.MapOperations();
        api.MapTokens();
        api.MapAudit();
        api.MapPeople();
        api.MapInvitations();
        api.MapMail();
        api.MapHealth();
        app.MapGroup(string.Empty).MapHealth().ExcludeFromDescription();
        app.MapApiDocument();
    }

    /// <summary>A use case's value as an answer, or its problem as one.</summary>
    public static IResult ToResult<T>(this Outcome<T> outcome, Func<T, IResult> answer) =>
        outcome.TryGet(out var value, out var problem) ? answer(value) : ApiFailures.ToResult(problem);

    /// <summary>A use case's value as JSON, or its problem as an answer.</summary>
    public static IResult ToResult<T, TContract>(this Outcome<T> outcome, Func<T, TContract> contract) =>
        outcome.ToResult(value => Results.Ok(contract(value)));

    /// <summary>A page of the core's as a page of the contract's.</summary>
    public static Client.Page<TContract> ToContract<T, TContract>(this Page<T> page, Func<T, TContract> contract) =>
        new([.. page.Items.Select(contract)], page.NextCursor);

    /// <summary>A whole list as a page without a next one.</summary>
    public static Client.Page<TContract> ToPage<T, TContract>(this IEnumerable<T> items, Func<T, TContract> contract) =>
        new([.. items.Select(contract)], null);
}
