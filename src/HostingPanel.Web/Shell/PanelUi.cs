using System.Security.Claims;
using HostingPanel.Persistence;
using HostingPanel.Web.Audit;
using HostingPanel.Web.Backups.Browsing;
using HostingPanel.Web.Backups.Drills;
using HostingPanel.Web.ClientArea;
using HostingPanel.Web.Security;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Radzen;

namespace HostingPanel.Web.Shell;

/// <summary>The pages' part of the composition.</summary>
internal static class PanelUi
{
    /// <summary>Adds what the pages need.</summary>
    public static WebApplicationBuilder AddPanelUi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddRadzenComponents();
        services.AddScoped<AuthenticationStateProvider, CircuitAuthentication>();
        services.AddScoped<CurrentActor>();
        return builder;
    }

    /// <summary>Middleware that must stand before authentication, such as the error pages.</summary>
    public static void UsePanelUi(this WebApplication app) =>
        app.UseWhen(
            context => !PanelSecurity.IsApi(context.Request),
            pages =>
            {
                pages.UseExceptionHandler(handler => handler.Run(ShowErrorAsync));
                pages.Use(
                    static async (context, next) =>
                    {
                        await next(context);
                        await ShowRefusalAsync(context);
                    }
                );
            }
        );

    /// <summary>Maps the pages and their static files.</summary>
    public static void MapPanelUi(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapGet("/", (ClaimsPrincipal user) => Results.LocalRedirect(ClientPlace.StartOf(user.ToActor())));
        app.MapAuditFile();
        app.MapDownloads();
        app.MapDrillPictures();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }

    /// <summary>
    /// Puts a page where there is only a status. Not the framework's status code pages: they leave a refused form blank, because the
    /// pages' endpoint has named its content type by then.
    /// </summary>
    private static async Task ShowRefusalAsync(HttpContext context)
    {
        var response = context.Response;
        if (
            response.HasStarted
            || response.StatusCode is not (StatusCodes.Status404NotFound or StatusCodes.Status400BadRequest)
            // Only for people: a missing image or a refused socket needs no page.
            || !context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        )
        {
            return;
        }

        // Left behind by the form's endpoint; a page adds its own.
        response.Headers.Remove("blazor-enhanced-nav");
        var page = new RazorComponentResult<RefusedDocument>(new { IsOutdated = response.StatusCode == StatusCodes.Status400BadRequest })
        {
            StatusCode = response.StatusCode,
        };
        await page.ExecuteAsync(context);
    }

    private static Task ShowErrorAsync(HttpContext context)
    {
        var trouble = DatabaseAway.Is(context.Features.Get<IExceptionHandlerFeature>()?.Error);
        var page = new RazorComponentResult<ErrorDocument>(
            new
            {
                IsDatabaseTrouble = trouble,
                RequestId = System.Diagnostics.Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier,
            }
        )
        {
            StatusCode = trouble ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError,
        };
        return page.ExecuteAsync(context);
    }
}
