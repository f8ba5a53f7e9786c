using Microsoft.AspNetCore.Authentication.Cookies;

namespace HostingPanel.Web.Security;

/// <summary>
/// Names a cookie after the way it travels: <c>__Host-hp</c> over TLS, <c>hp</c> without. The prefix makes browsers refuse one
/// that a neighbouring host set, and a browser that used both addresses of a trial installation keeps the two apart.
/// </summary>
internal sealed class SchemeCookieManager(string name = "hp") : ICookieManager
{
    private readonly ChunkingCookieManager _inner = new();

    public string? GetRequestCookie(HttpContext context, string key) => _inner.GetRequestCookie(context, NameFor(context, name));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _inner.AppendResponseCookie(context, NameFor(context, name), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
        _inner.DeleteCookie(context, NameFor(context, name), options);

    /// <summary>The name of a cookie in this request.</summary>
    public static string NameFor(HttpContext context, string name) => context.Request.IsHttps ? $"__Host-{name}" : name;
}
