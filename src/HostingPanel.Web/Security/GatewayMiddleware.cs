using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace HostingPanel.Web.Security;

/// <summary>How the web knows the gateway. Configuration section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Gateway";

    /// <summary>The file with the key that the gateway adds to what it forwards; without one, forwarded headers mean nothing.</summary>
    public string? KeyFile { get; set; }
}

/// <summary>
/// Believes <c>X-Forwarded-For</c> and <c>-Proto</c> only from the gateway, which shows its key, and hides these headers from what comes
/// after: the client's address and scheme have one source.
/// </summary>
internal sealed class GatewayMiddleware(RequestDelegate next, IOptions<GatewayOptions> options)
{
    public const string KeyHeader = "X-HP-Gateway-Key";
    private readonly byte[]? _key = options.Value.KeyFile is { } file ? Encoding.UTF8.GetBytes(File.ReadAllText(file).Trim()) : null;

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (
            _key is not null
            && headers[KeyHeader] is [{ } shown]
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), _key)
        )
        {
            // The gateway writes both anew; the last entry is its own in any case.
            if (IPAddress.TryParse(Last(headers["X-Forwarded-For"].ToString()), out var client))
            {
                context.Connection.RemoteIpAddress = client;
            }

            if (Last(headers["X-Forwarded-Proto"].ToString()) is ("http" or "https") and var scheme)
            {
                context.Request.Scheme = scheme;
            }
        }

        foreach (var header in (string[])[KeyHeader, "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"])
        {
            headers.Remove(header);
        }

        return next(context);
    }

    private static string Last(string list) => list[(list.LastIndexOf(',') + 1)..].Trim();
}
