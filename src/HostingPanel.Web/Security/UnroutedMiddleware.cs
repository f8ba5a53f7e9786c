namespace HostingPanel.Web.Security;

/// <summary>
/// Answers what no route takes, before anybody is asked to sign in: 404 for an unknown address, 405 with <c>Allow</c> for a known one with
/// a method that it does not have. The source is public, so this tells strangers nothing. Who opens an unknown page is sent to sign in
/// like everywhere else: it may be an old bookmark.
/// </summary>
internal sealed class UnroutedMiddleware(RequestDelegate next)
{
    /// <summary>The framework's name of the endpoint that it makes up for a known address with a wrong method.</summary>
    private const string WrongMethod = "405 HTTP Method Not Supported";

    public Task InvokeAsync(HttpContext context)
    {
        var (endpoint, request) = (context.GetEndpoint(), context.Request);
        if (endpoint is { DisplayName: WrongMethod, RequestDelegate: { } refuse })
        {
            return refuse(context);
        }

        if (endpoint is null && (PanelSecurity.IsApi(request) || !HttpMethods.IsGet(request.Method)))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return next(context);
    }
}
