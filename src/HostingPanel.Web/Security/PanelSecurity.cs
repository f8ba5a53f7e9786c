using HostingPanel.Accounts;
using HostingPanel.Web.ClientArea;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace HostingPanel.Web.Security;

/// <summary>Who comes in, and how. Everything is closed but what says <c>AllowAnonymous</c>.</summary>
internal static class PanelSecurity
{
    /// <summary>Where the REST API lives: only there a token counts, and there nothing else does.</summary>
    public const string ApiPath = "/api";
    private const string ByPath = "by-path";

    /// <summary>Adds both ways in, the fallback policy that closes every endpoint, and the keys of cookies.</summary>
    public static WebApplicationBuilder AddPanelSecurity(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        services.AddOptions<GatewayOptions>().Bind(builder.Configuration.GetSection(GatewayOptions.Section));
        services.AddSingleton<AccountCheck>();
        services.AddSingleton<PolicyReports>();
        services
            .AddAuthentication(ByPath)
            // A cookie does not open the API, so a foreign page can't make a browser use it; and a token opens no page.
            .AddPolicyScheme(
                ByPath,
                null,
                scheme => scheme.ForwardDefaultSelector = context => IsApi(context.Request) ? BearerHandler.Name : CookieSignIn.Scheme
            )
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.Name, null)
            .AddCookie(CookieSignIn.Scheme, ConfigureCookie)
            .AddCookie(CookieSignIn.HalfScheme, ConfigureHalfCookie);
        PlacePermission.AddPolicies(
            services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
        );
        services.AddSingleton<IAuthorizationHandler, PlacePermissionHandler>();
        services.AddSingleton<IAuthorizationPolicyProvider, PagePolicies>();
        services.AddSingleton<IAuthorizationHandler, PagePermissionHandler>();
        services.AddCascadingAuthenticationState();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            // Not bound to TLS in a trial that answers with and without: browsers let a page without TLS not replace such a cookie.
            (antiforgery.Cookie.Name, antiforgery.Cookie.SecurePolicy) =
                builder.Configuration[$"{PanelOptions.Section}:{nameof(PanelOptions.PublicScheme)}"] == "https"
                    ? ("__Host-hp-form", CookieSecurePolicy.SameAsRequest)
                    : ("hp-form", CookieSecurePolicy.None);
        });
        services.AddDataProtection().SetApplicationName("HostingPanel");
        services.AddWebCertificate(builder.Configuration);
        services.AddSingleton<IWebSecrets, WebSecrets>();
        services.AddSignIn();
        PasskeyStore.Add(services);
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<Persistence.DataProtectionKeyStore>((keys, store) => keys.XmlRepository = new DatabaseXmlRepository(store));
        return builder;
    }

    /// <summary>What every answer carries, error pages included, and where a request really comes from. Stands before all else.</summary>
    public static void UsePanelEdge(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseMiddleware<GatewayMiddleware>();
    }

    /// <summary>The order in which a request is looked at: where it wants to go, which page sends it, whether there is such a thing, who it is, whether they may.</summary>
    public static void UsePanelSecurity(this WebApplication app)
    {
        app.UseMiddleware<HostMiddleware>();
        app.UseMiddleware<OriginMiddleware>();
        app.UseMiddleware<UnroutedMiddleware>();
        app.UseAuthentication();
        app.UseMiddleware<OriginOfActorMiddleware>();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    /// <summary>Where browsers report what the content security policy has stopped.</summary>
    public static void MapPolicyReports(this WebApplication app) =>
        app.MapPost(PolicyReports.Path, static (HttpRequest request, PolicyReports reports) => reports.TakeAsync(request))
            .AllowAnonymous()
            .ExcludeFromDescription();

    /// <summary>True below <see cref="ApiPath"/>.</summary>
    public static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments(ApiPath, StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens nothing by itself; gone with the browser, and after a quarter of an hour anyway.</summary>
    private static void ConfigureHalfCookie(CookieAuthenticationOptions cookie)
    {
        cookie.CookieManager = new SchemeCookieManager("hp-half");
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.Path = "/";
        cookie.ExpireTimeSpan = CookieSignIn.HalfLife;
        cookie.SlidingExpiration = false;
    }

    private static void ConfigureCookie(CookieAuthenticationOptions cookie)
    {
        cookie.CookieManager = new SchemeCookieManager();
        cookie.Cookie.HttpOnly = true;
        // Lax, not Strict: a link to the panel in a mail must not land on the sign-in page. Posts and sockets from elsewhere carry nothing.
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.Path = "/";
        cookie.ExpireTimeSpan = TimeSpan.FromHours(12);
        cookie.SlidingExpiration = true;
        cookie.LoginPath = CookieSignIn.SignInPath;
        cookie.ReturnUrlParameter = CookieSignIn.ReturnUrlParameter;
        var redirect = cookie.Events.OnRedirectToLogin;
        cookie.Events.OnRedirectToLogin = context =>
        {
            // A page that is opened and a form that is sent are people; they sign in and try again.
            if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsPost(context.Request.Method))
            {
                return redirect(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        };
        cookie.Events.OnRedirectToAccessDenied = context =>
        {
            // To who may not open a page it does not exist; they are signed in, so signing in again is no way.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        };
        cookie.Events.OnValidatePrincipal = static async context =>
        {
            var check = context.HttpContext.RequestServices.GetRequiredService<AccountCheck>();
            var (principal, http) = (context.Principal!, context.HttpContext);
            if (await check.FindAsync(principal, OriginOfActorMiddleware.AddressOf(http), http.RequestAborted) is null)
            {
                context.RejectPrincipal();
                await context.HttpContext.SignOutAsync(context.Scheme.Name);
            }
        };
    }
}
