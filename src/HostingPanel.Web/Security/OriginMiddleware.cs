namespace HostingPanel.Web.Security;

/// <summary>
/// Refuses what a page of another origin sends: web sockets, which no same-origin policy covers, and anything that is not a plain read.
/// Scripts send no Origin and pass.
/// </summary>
internal sealed class OriginMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var origin = request.Headers.Origin.ToString();
        var plainRead = (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && !IsUpgrade(request);
        // Reports say "null": browsers send them for no page in particular, and they do nothing.
        if (origin.Length == 0 || plainRead || IsOwn(origin, request.Host) || request.Path == PolicyReports.Path)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && string.Equals(uri.Authority, host.Value, StringComparison.OrdinalIgnoreCase);

    private static bool IsUpgrade(HttpRequest request) => request.Headers.ContainsKey("Upgrade") || HttpMethods.IsConnect(request.Method);
}
