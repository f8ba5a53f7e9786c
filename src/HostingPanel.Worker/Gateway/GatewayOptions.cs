using System.ComponentModel.DataAnnotations;

namespace HostingPanel.Worker.Gateway;

/// <summary>Where the worker finds the gateway. Configuration section <c>Gateway</c>; environment <c>Gateway__…</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Gateway";

    /// <summary>The volume that the worker shares with the gateway, as the worker sees it; the gateway sees it at <c>/gateway</c>.</summary>
    [Required]
    public string Directory { get; set; } = "/gateway";

    /// <summary>Host name or address at which the gateway is reached from inside, for probes.</summary>
    [Required]
    public string Address { get; set; } = "gateway";

    /// <summary>The gateway's own port for HTTP, which is not the published one.</summary>
    [Range(1, 65535)]
    public int HttpPort { get; set; } = 80;

    /// <summary>The gateway's own port for HTTPS, which is not the published one.</summary>
    [Range(1, 65535)]
    public int HttpsPort { get; set; } = 443;

    /// <summary>The file with the key by which the panel's web knows the gateway: one line of 20 or more letters and digits.</summary>
    [Required]
    public string KeyFile { get; set; } = "/run/secrets/panel-gateway-key";

    /// <summary>
    /// Addresses and networks behind which are many visitors, a proxy's for example: nobody is limited there by address. The machine's own
    /// address is one of them by itself, for the engine hands on some visitors (those of IPv6) as coming from there.
    /// </summary>
    public IList<string> SharedAddresses { get; } = [];

    /// <summary>How long to wait for a gateway that does not answer, because it restarts for example.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);
}
