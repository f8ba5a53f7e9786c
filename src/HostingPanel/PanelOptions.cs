using System.ComponentModel.DataAnnotations;
using System.Net;

namespace HostingPanel;

/// <summary>Where this installation lives. Configuration section <c>Panel</c>; environment <c>Panel__…</c>.</summary>
public sealed class PanelOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Panel";

    /// <summary>Prefix of every name inside Docker. Two installations on one swarm differ in it.</summary>
    [RegularExpression("^[a-z][a-z0-9]{1,9}$", ErrorMessage = "Panel:Installation must be 2 to 10 lower-case letters and digits.")]
    public string Installation { get; set; } = "hp";

    /// <summary>The panel's own host name.</summary>
    [Required]
    public string PanelDomain { get; set; } = "panel.localhost";

    /// <summary>Below this name every site gets <c>&lt;slug&gt;.&lt;SitesDomain&gt;</c>.</summary>
    [Required]
    public string SitesDomain { get; set; } = "localhost";

    /// <summary>Scheme of the addresses that are shown and handed to the sites: http or https.</summary>
    [RegularExpression("^https?$", ErrorMessage = "Panel:PublicScheme must be http or https.")]
    public string PublicScheme { get; set; } = "http";

    /// <summary>The gateway's published port for HTTP.</summary>
    [Range(1, 65535)]
    public int HttpPort { get; set; } = 80;

    /// <summary>The gateway's published port for HTTPS.</summary>
    [Range(1, 65535)]
    public int HttpsPort { get; set; } = 443;

    /// <summary>
    /// The addresses, IPv4 and IPv6, with commas or blanks between, at which the world reaches the gateway: a host name that leads to nothing else is
    /// its site's. Where there are none, only a TXT entry shows whose a name is (<c>none</c>).
    /// </summary>
    [PublicAddresses]
    public string PublicAddresses { get; set; } = string.Empty;

    internal IReadOnlyList<string> PublicAddressList =>
        PublicAddresses == "none"
            ? []
            : PublicAddresses.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The range that the sites' own networks (a /28 each) are cut from. Must not meet the swarm's default address pool.</summary>
    [Required]
    public string SiteSubnets { get; set; } = "10.128.0.0/12";

    /// <summary>How many days the history of ended operations is kept.</summary>
    [Range(1, 3650)]
    public int HistoryDays { get; set; } = 90;

    /// <summary>How many hours the history of scheduled tasks' runs is kept; of those that failed as long as of everything else.</summary>
    [Range(1, 24 * 3650)]
    public int CronHistoryHours { get; set; } = 6;

    /// <summary>How many days the evidence of drills is kept, so that a year can be shown and compared; what still proves something for longer.</summary>
    [Range(30, 3650, ErrorMessage = "Panel:DrillDays must be from 30 to 3650.")]
    public int DrillDays { get; set; } = 400;

    /// <summary>How many days the pictures that drills took are kept; the newest of each site for longer.</summary>
    [Range(1, 3650, ErrorMessage = "Panel:DrillPictureDays must be from 1 to 3650.")]
    public int DrillPictureDays { get; set; } = 90;

    /// <summary>
    /// False for an installation that only stands by, such as a copy of the panel: no scheduled task runs by itself. A person can still run one.
    /// </summary>
    public bool RunsCron { get; set; } = true;

    /// <summary>
    /// False for an installation that only stands by: nothing is backed up, removed, checked or drilled by itself. A person can still ask for it.
    /// </summary>
    public bool RunsBackups { get; set; } = true;

    /// <summary>With less free on the engine's disk nothing new is begun.</summary>
    [Range(0, int.MaxValue)]
    public long MinFreeMegabytes { get; set; } = 1024;

    /// <summary>For how many days what is in the trash is kept for sure. The panel purges nothing by itself, not after them either.</summary>
    [Range(1, 3650, ErrorMessage = "Panel:TrashGraceDays must be from 1 to 3650.")]
    public int TrashGraceDays { get; set; } = 30;

    /// <summary>The public address of a host name, e.g. <c>http://panel.localhost:8080</c>; without the port where it is the scheme's own.</summary>
    public string PublicUrl(string host)
    {
        var (port, usual) = PublicScheme == "https" ? (HttpsPort, 443) : (HttpPort, 80);
        return port == usual ? $"{PublicScheme}://{host}" : $"{PublicScheme}://{host}:{port}";
    }

    internal IPNetwork SiteSubnetRange => IPNetwork.Parse(SiteSubnets);
}

/// <summary>Each is an address, and one that the world can reach.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PublicAddressesAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        ((PanelOptions)validationContext.ObjectInstance).PublicAddressList.FirstOrDefault(text =>
            !IPAddress.TryParse(text, out var address) || IPAddress.IsLoopback(address)
        )
            is { } wrong
            ? new ValidationResult($"Panel:PublicAddresses has “{wrong}”, which is no address that others could reach.")
            : ValidationResult.Success;
}
