using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using HostingPanel.Domains;

namespace HostingPanel.Backups;

/// <summary>What a new target is.</summary>
/// <param name="Name">What people call it; unique.</param>
/// <param name="Kind">What kind of place it is; there is one local one already.</param>
/// <param name="Host">The machine: a host name or an IPv4 address.</param>
/// <param name="Port">Null for the kind's usual one.</param>
/// <param name="User">The login of SFTP.</param>
/// <param name="Path">The directory (SFTP), <c>/bucket/prefix</c> (S3) or path (REST), from a slash on.</param>
/// <param name="UsesTls">False for an S3 or REST server that speaks plain HTTP.</param>
/// <param name="UploadKib">How much may be sent to it, in KiB/s; null for as much as there is.</param>
/// <param name="Credentials">What it asks for to be let in, by the names of <see cref="TargetService.CredentialNames"/>.</param>
/// <param name="IsDraft">True to keep nothing there yet: it can be tested first, and is taken in by <see cref="TargetService.UseAsync"/>.</param>
public sealed record NewBackupTarget(
    string? Name,
    TargetKind? Kind,
    string? Host,
    int? Port = null,
    string? User = null,
    string? Path = null,
    bool UsesTls = true,
    int? UploadKib = null,
    IReadOnlyDictionary<string, string>? Credentials = null,
    bool IsDraft = false
);

/// <summary>What may be said of a target. No part of it is ever read by a shell; even so nothing that one would read passes.</summary>
internal static partial class TargetRules
{
    private const int MaxCredential = 16_000;

    public static IReadOnlyList<string> CredentialsOf(TargetKind kind) =>
        kind switch
        {
            TargetKind.Sftp => ["sshKey", "sshKnownHosts"],
            TargetKind.S3 => ["accessKeyId", "secretAccessKey"],
            TargetKind.Rest => ["username", "password"],
            _ => [],
        };

    /// <summary>Everything that is wrong with it, at its fields; null when nothing is.</summary>
    public static Problem? Fault(NewBackupTarget target)
    {
        var errors = new FieldErrors();
        errors.Add(
            "name",
            target.Name is { Length: > 0 and <= BackupTarget.MaxNameLength } name && NamePattern().IsMatch(name)
                ? null
                : "A name is needed: lower-case letters, digits and single hyphens, such as “offsite”."
        );
        if (target.Kind is not (TargetKind.Sftp or TargetKind.S3 or TargetKind.Rest))
        {
            errors.Add("kind", "kind must be sftp, s3 or rest. The local target is there already.");
            return errors.ToProblem();
        }

        errors.Add("host", HostFault(target.Host));
        errors.Add("port", target.Port is null or (>= 1 and <= 65535) ? null : "A port is from 1 to 65535.");
        errors.Add("uploadKib", target.UploadKib is null or (>= 1 and <= 10_000_000) ? null : "A limit is from 1 to 10000000 KiB/s.");
        errors.Add(
            "path",
            target.Path is { Length: <= BackupTarget.MaxAddressLength } path && PathPattern().IsMatch(path)
                ? null
                : "A path is needed: it starts with a slash, has letters, digits, dots, hyphens and underscores, and no slash at the end; for S3 the bucket comes first."
        );
        errors.Add(
            "user",
            target.Kind == TargetKind.Sftp
                ? target.User is { Length: <= 64 } user && UserPattern().IsMatch(user)
                    ? null
                    : "A user is needed: the login at the SFTP server."
                : target.User is null
                    ? null
                    : "Only SFTP has a user in its address; give credentials instead."
        );
        foreach (var (key, value) in target.Credentials ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            errors.Add(
                $"credentials.{key}",
                !CredentialsOf(target.Kind.Value).Contains(key, StringComparer.Ordinal)
                        ? $"A target of this kind has the credentials {string.Join(" and ", CredentialsOf(target.Kind.Value))}."
                    : value.Length is 0 or > MaxCredential ? "It is empty, or too long to be right."
                    : !key.StartsWith("ssh", StringComparison.Ordinal) && value.Any(char.IsControl) ? "It must not have control characters."
                    : null
            );
        }

        if (target.Kind != TargetKind.Rest)
        {
            foreach (var key in CredentialsOf(target.Kind.Value).Where(key => target.Credentials?.ContainsKey(key) != true))
            {
                errors.Add($"credentials.{key}", "It is needed: without it nobody is let in.");
            }
        }

        return errors.ToProblem();
    }

    /// <summary>As <c>hp-restic</c> reads them; null where there are none.</summary>
    public static byte[]? Lines(NewBackupTarget target) =>
        target.Credentials is { Count: > 0 } credentials
            ? Encoding.UTF8.GetBytes(string.Concat(credentials.Select(pair => $"{Variable(pair.Key)}={Value(pair.Key, pair.Value)}\n")))
            : null;

    /// <summary>Whether nobody outside of this machine has this address.</summary>
    public static bool IsOfTheMachine(IPAddress address) =>
        IPAddress.IsLoopback(address)
        || address.IsIPv6LinkLocal
        || address.IsIPv6Multicast
        || address.Equals(IPAddress.Any)
        || address.Equals(IPAddress.IPv6Any)
        || (address.IsIPv4MappedToIPv6 && IsOfTheMachine(address.MapToIPv4()))
        || (
            address.AddressFamily == AddressFamily.InterNetwork
            && address.GetAddressBytes() is [var first, var second, ..]
            && (first is 0 or >= 224 || (first == 169 && second == 254))
        );

    private static string? HostFault(string? host)
    {
        if (string.IsNullOrEmpty(host))
        {
            return "A host is needed: the name or the address of the machine.";
        }

        if (AddressPattern().IsMatch(host))
        {
            return IPAddress.TryParse(host, out var address) && address.ToString() == host
                ? IsOfTheMachine(address)
                    ? "This address leads nowhere but to this machine itself."
                    : null
                : "This is no address; it looks like 192.0.2.1.";
        }

        return HostName.Normalise(host, "host").TryGet(out var normal, out var fault)
            ? normal == host && host != "localhost" && !host.EndsWith(".localhost", StringComparison.Ordinal)
                ? null
                : "A host is a name in lower case that leads to another machine, such as backup.example.org."
            : fault.Message;
    }

    private static string Variable(string name) =>
        name switch
        {
            "sshKey" => "SSH_KEY",
            "sshKnownHosts" => "SSH_KNOWN_HOSTS",
            "accessKeyId" => "AWS_ACCESS_KEY_ID",
            "secretAccessKey" => "AWS_SECRET_ACCESS_KEY",
            "username" => "RESTIC_REST_USERNAME",
            "password" => "RESTIC_REST_PASSWORD",
            _ => throw new InvalidOperationException($"The credential {name} is not written down."),
        };

    /// <summary>Files travel as base 64, with the line end that ssh wants.</summary>
    private static string Value(string name, string value) =>
        name.StartsWith("ssh", StringComparison.Ordinal) ? Convert.ToBase64String(Encoding.UTF8.GetBytes(value.TrimEnd() + "\n")) : value;

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^(/[A-Za-z0-9_][A-Za-z0-9._-]*)+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"^[a-z_][a-z0-9._-]*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UserPattern();

    /// <summary>Whatever begins with a digit and has nothing but what addresses have: no name is taken for one, no odd form for a name.</summary>
    [GeneratedRegex(@"^[0-9][0-9a-fx.]*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex AddressPattern();
}
