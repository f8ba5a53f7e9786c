using Microsoft.Extensions.Options;

namespace HostingPanel.Web.Security;

/// <summary>
/// Answers only to the panel's own name (and to <c>web</c>, its name on the panel's private network), so that a foreign Host header gets
/// nowhere, a rebound DNS name included. Health may be asked by the container itself.
/// </summary>
internal sealed class HostMiddleware(RequestDelegate next, IOptions<PanelOptions> options)
{
    private readonly string _panel = options.Value.PanelDomain;

    public Task InvokeAsync(HttpContext context)
    {
        var (host, path) = (context.Request.Host.Host, context.Request.Path);
        if (
            string.Equals(host, _panel, StringComparison.OrdinalIgnoreCase)
            || host is "web"
            || (host is "localhost" or "127.0.0.1" && path.Value is "/healthz" or "/readyz")
        )
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        if (PanelSecurity.IsApi(context.Request))
        {
            // Becomes a problem document.
            return Task.CompletedTask;
        }

        return context.Response.WriteAsync("This host name is not the panel's.\n", context.RequestAborted);
    }
}
