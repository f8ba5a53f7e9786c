using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using HostingPanel.Domains;
using HostingPanel.Sites;

namespace HostingPanel.Certificates;

/// <summary>An authority that is to be asked for certificates.</summary>
/// <param name="Name">As people call it; unique.</param>
/// <param name="Directory">The address of its ACME directory; https.</param>
/// <param name="Email">Whom it writes to.</param>
/// <param name="Roots">The roots by which its own address is trusted, as PEM, for an authority of one's own; null for one of the world.</param>
/// <param name="IsDefault">True to ask it where nothing else is said.</param>
/// <param name="Binding">By what it knows whose the panel's account is, for one that wants to; null for one that gives an account to everybody.</param>
public sealed record NewCertificateAuthority(
    string? Name,
    string? Directory,
    string? Email,
    string? Roots,
    bool IsDefault,
    AccountBinding? Binding = null
);

/// <summary>An account at a DNS provider, by which names of its zones are validated.</summary>
/// <param name="Provider">One of <see cref="DnsAccountService.Providers"/>.</param>
/// <param name="Zones">The zones that it may write to, such as <c>example.org</c>.</param>
/// <param name="Credentials">What lego asks for with this provider, by the names of its documentation, such as <c>CLOUDFLARE_DNS_API_TOKEN</c>.</param>
public sealed record NewDnsAccount(string? Provider, IReadOnlyList<string>? Zones, IReadOnlyDictionary<string, string>? Credentials);

/// <summary>What may be said of an authority and of a DNS account. No part of it is ever read by a shell.</summary>
internal static partial class AuthorityRules
{
    public const int MaxNameLength = 60;
    public const int MaxAddressLength = 300;
    private const int MaxRoots = 64 * 1024;
    private const int MaxCredential = 8_000;
    private const int MaxZones = 100;

    /// <summary>Everything that is wrong with it, at its fields; null when nothing is.</summary>
    public static Problem? Fault(NewCertificateAuthority authority)
    {
        var errors = new FieldErrors();
        errors.Add("name", SiteRules.TextFault(authority.Name, "A name", MaxNameLength));
        errors.Add("directory", DirectoryFault(authority.Directory));
        errors.Add("email", SiteRules.EmailFault(authority.Email));
        errors.Add("roots", authority.Roots is null ? null : RootsFault(authority.Roots));
        if (authority.Binding is { } binding)
        {
            AccountBindings.AddFaults(errors, binding, "binding.");
        }

        return errors.ToProblem();
    }

    /// <summary>Everything that is wrong with it, at its fields; null when nothing is.</summary>
    public static Problem? Fault(NewDnsAccount account)
    {
        var errors = new FieldErrors();
        errors.Add(
            "provider",
            account.Provider is { } provider && Providers.Contains(provider, StringComparer.Ordinal)
                ? null
                : "A provider is needed, in lego's spelling, such as “cloudflare”, “hetzner” or “rfc2136”."
        );
        errors.Add(
            "zones",
            account.Zones is { Count: > 0 and <= MaxZones } ? null : $"1 to {MaxZones} zones are needed, such as example.org."
        );
        foreach (var (zone, index) in (account.Zones ?? []).Select((zone, index) => (zone, index)))
        {
            errors.Add($"zones[{index}]", HostName.Normalise(zone, "zone").Problem?.Message);
        }

        errors.Add(
            "credentials",
            account.Credentials is { Count: > 0 and <= 20 } ? null : "Credentials are needed: without them the provider lets nobody in."
        );
        foreach (var (name, value) in account.Credentials ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            errors.Add(
                $"credentials.{name}",
                !VariablePattern().IsMatch(name)
                        ? "A name has upper-case letters, digits and underscores, such as CLOUDFLARE_DNS_API_TOKEN."
                    : IsOfTheSystem(name) ? "This is no setting of a DNS provider."
                    : value.Length is 0 or > MaxCredential || value.Any(char.IsControl)
                        ? "It is empty, too long to be right, or has control characters."
                    : null
            );
        }

        return errors.ToProblem();
    }

    /// <summary>As <c>hp-acme</c> reads them.</summary>
    public static byte[] Lines(NewDnsAccount account) =>
        Encoding.UTF8.GetBytes(string.Concat(account.Credentials!.Select(pair => $"{pair.Key}={pair.Value}\n")));

    /// <summary>What would change how the job itself runs.</summary>
    private static bool IsOfTheSystem(string name) =>
        name is "PATH" or "HOME" or "IFS" or "ENV"
        || name.StartsWith("LD_", StringComparison.Ordinal)
        || name.StartsWith("LEGO_", StringComparison.Ordinal)
        || name.StartsWith("HP_", StringComparison.Ordinal)
        || name.StartsWith("BASH", StringComparison.Ordinal)
        || name.StartsWith("SSL_", StringComparison.Ordinal)
        || name.EndsWith("_PROXY", StringComparison.Ordinal)
        || name.StartsWith("GO", StringComparison.Ordinal) && !name.StartsWith("GODADDY_", StringComparison.Ordinal);

    private static string? DirectoryFault(string? directory) =>
        directory is { Length: <= MaxAddressLength }
        && DirectoryPattern().IsMatch(directory)
        && Uri.TryCreate(directory, UriKind.Absolute, out var address)
        && address is { Scheme: "https", UserInfo: "", Query: "", Fragment: "" }
            ? HostName.Normalise(address.Host, "directory").Problem is null
            && !address.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
                ? null
                : "Its host must be a name that leads to another machine, such as acme-v02.api.letsencrypt.org."
            : "The address of its ACME directory is needed: https, a host, a path, such as https://acme-v02.api.letsencrypt.org/directory.";

    private static string? RootsFault(string roots)
    {
        if (roots.Length > MaxRoots)
        {
            return "That is too much to be a few certificates.";
        }

        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPem(roots);
            return found.Count == 0 ? "There is no certificate in it. It begins with -----BEGIN CERTIFICATE-----." : null;
        }
        catch (CryptographicException)
        {
            return "It can't be read as certificates in PEM.";
        }
    }

    /// <summary>Those of lego 4.9, but for what runs programs (exec), asks a person (manual), or reads the cloud machine that it runs on.</summary>
    public static IReadOnlyList<string> Providers { get; } =
    [
        .. (
            "acme-dns alidns allinkl arvancloud auroradns autodns azure bluecat checkdomain civo clouddns cloudflare cloudns cloudxns conoha constellix "
            + "desec designate digitalocean dnsimple dnsmadeeasy dnspod dode domeneshop dreamhost duckdns dyn dynu easydns edgedns epik exoscale freemyip gandi gandiv5 "
            + "gcore glesys godaddy hetzner hostingde hosttech httpreq hurricane hyperone ibmcloud iij iijdpf infoblox infomaniak internetbs inwx ionos iwantmyname "
            + "joker linode liquidweb loopia luadns mydnsjp mythicbeasts namecheap namedotcom namesilo nearlyfreespeech netcup netlify nicmanager nifcloud njalla ns1 "
            + "oraclecloud otc ovh pdns porkbun rackspace regru rfc2136 rimuhosting route53 safedns sakuracloud scaleway selectel servercow simply sonic stackpath "
            + "tencentcloud transip variomedia vegadns vercel versio vinyldns vkcloud vscale vultr wedos yandex yandexcloud zoneee zonomi"
        ).Split(' '),
    ];

    [GeneratedRegex("^[A-Z][A-Z0-9_]{1,60}\\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex VariablePattern();

    [GeneratedRegex(
        "^https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[A-Za-z0-9./_~-]*\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex DirectoryPattern();
}
