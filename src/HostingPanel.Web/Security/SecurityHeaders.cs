namespace HostingPanel.Web.Security;

/// <summary>Headers that every response carries.</summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// Only what the panel itself serves. Styles may be inline, because Radzen positions its popups so; scripts may not, and nothing may
    /// be evaluated. <c>connect-src 'self'</c> covers the circuit's web socket.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; "
        + $"report-uri {PolicyReports.Path}; report-to csp";

    public static void UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            static (context, next) =>
            {
                // When the response starts, not now: an exception handler empties the headers before it writes its page, and the pages'
                // endpoint adds a weaker policy of its own. What is registered first runs last, so this has the last word.
                context.Response.OnStarting(Set, context.Response);
                return next(context);
            }
        );

    private static Task Set(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Reporting-Endpoints"] = $"csp=\"{PolicyReports.Path}\"";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
        return Task.CompletedTask;
    }
}
