using System.Globalization;
using HostingPanel.Backups;

namespace HostingPanel.Web.Backups;

/// <summary>What has been typed about a new target so far.</summary>
public sealed class TargetDraft
{
    /// <summary>What kind of place it is.</summary>
    public TargetKind Kind { get; set; } = TargetKind.Sftp;

    /// <summary>What people call it.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>The machine.</summary>
    public string Host { get; set; } = string.Empty;

    /// <summary>Its port; empty for the usual one.</summary>
    public string Port { get; set; } = string.Empty;

    /// <summary>The login of SFTP.</summary>
    public string User { get; set; } = string.Empty;

    /// <summary>Directory, bucket with prefix, or path.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>Whether S3 and REST speak HTTPS.</summary>
    public bool UsesTls { get; set; } = true;

    /// <summary>How much may be sent there in KiB/s; empty for as much as there is.</summary>
    public string UploadKib { get; set; } = string.Empty;

    /// <summary>What it asks for to be let in, by name.</summary>
    public Dictionary<string, string> Credentials { get; } = new(StringComparer.Ordinal);

    /// <summary>What the use case takes; what was typed for another kind is left out.</summary>
    /// <param name="isDraft">True to test it before anything is kept there.</param>
    public NewBackupTarget ToCommand(bool isDraft) =>
        new(
            Name.Trim(),
            Kind,
            Host.Trim(),
            Number(Port),
            Kind == TargetKind.Sftp ? User.Trim() : null,
            Path.Trim(),
            Kind == TargetKind.Sftp || UsesTls,
            Number(UploadKib),
            TargetService
                .CredentialNames(Kind)
                .Where(name => Credentials.GetValueOrDefault(name) is { Length: > 0 })
                .ToDictionary(name => name, name => Credentials[name], StringComparer.Ordinal),
            isDraft
        );

    /// <summary>What is no number becomes one that is refused, so that its field says so.</summary>
    private static int? Number(string text) =>
        string.IsNullOrWhiteSpace(text) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : 0;
}
