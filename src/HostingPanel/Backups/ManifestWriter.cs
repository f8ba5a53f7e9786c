using System.Formats.Tar;
using System.Text;
using HostingPanel.Blueprints;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Disposability;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups;

/// <summary>Puts the manifest of a restore point together and signs it.</summary>
internal sealed class ManifestWriter(
    SiteStore sites,
    ISecretProtector protector,
    IManifestSigner signer,
    IOptions<PanelOptions> options,
    TimeProvider time
)
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The manifest and its signature.</summary>
    /// <param name="site">The site that it is of.</param>
    /// <param name="point">What was seen of it.</param>
    /// <param name="scope">What of it is saved.</param>
    /// <param name="traffic">See <see cref="Manifest.Traffic"/>.</param>
    public (string Manifest, string Signature) Write(SiteAssembly site, RestorePoint point, BackupScope scope, byte[]? traffic)
    {
        var row = site.Site;
        var dumped = BackupJson.Read<DumpedDatabases>(point.Dumped!);
        var look = BackupJson.Read<SiteLook>(point.Look!);
        var found = look.Volumes!.ToDictionary(volume => volume.Name, StringComparer.Ordinal);
        var manifest = new Manifest
        {
            RestorePoint = point.Id,
            Installation = options.Value.Installation,
            TakenAt = dumped.TakenAt,
            Reason = point.Reason,
            Site = new ManifestSite(
                row.Id,
                row.Slug,
                row.Title,
                row.AdminEmail,
                row.OrganisationId,
                row.Environment.ToString().ToLowerInvariant(),
                site.Facts.Domains,
                row.Blueprint,
                row.BlueprintVersion,
                row.State == SiteState.Running
            ),
            Services =
            [
                .. row
                    .Services.OrderBy(service => service.Name, StringComparer.Ordinal)
                    .Select(service => new ManifestService(service.Name, service.Image)),
            ],
            Servers = dumped.Servers,
            Databases = dumped.Databases,
            NotTransactional = dumped.NotTransactional,
            Volumes =
            [
                // Those that were counted; they are what is saved, too.
                .. scope
                    .Volumes.Where(volume => found.ContainsKey(volume.Name))
                    .Select(volume => new ManifestVolume(
                        volume.Id,
                        volume.Name,
                        volume.Kind,
                        volume.StandsAlone,
                        found[volume.Name].Files,
                        found[volume.Name].Bytes,
                        found[volume.Name].Checksum,
                        found[volume.Name].Unread
                    )),
            ],
            LeftOut = scope.LeftOut,
            Front = look.Front,
            Application = look.Application,
            Traffic = traffic,
            // Those that the panel itself made have no meaning in another site: that one gets passwords of its own.
            Secrets = site
                .Blueprint.Secrets.Where(secret => row.Secrets.Any(there => there.Name == secret.Name))
                .ToDictionary(
                    secret => secret.Name,
                    secret => protector.Protect(sites.Open(row, secret.Name), Manifest.SecretContext(point.Id, secret.Name)),
                    StringComparer.Ordinal
                ),
        };
        var text = BackupJson.Write(manifest) + "\n";
        return (text, signer.Sign(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The manifest, its signature and what reading back has to find, as an archive for the scratch volume.</summary>
    public Stream Files(string manifest, string signature, NumericUser owner) =>
        Files(manifest, signature, ExpectedSet.Of(manifest), owner);

    /// <summary>The same of another kind of manifest; the panel's own has no signature, for its repository is nobody else's.</summary>
    public Stream Files(string manifest, string? signature, ExpectedSet expected, NumericUser owner) =>
        Tar(tar =>
        {
            File(tar, BackupNames.Manifest, manifest, owner);
            if (signature is not null)
            {
                File(tar, BackupNames.Signature, $"{signature}\n", owner);
            }

            File(tar, BackupNames.Expected, BackupJson.Write(expected), owner);
        });

    private static MemoryStream Tar(Action<TarWriter> write)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            write(tar);
        }

        stream.Position = 0;
        return stream;
    }

    private void File(TarWriter tar, string path, string content, NumericUser owner) =>
        tar.WriteEntry(
            new PaxTarEntry(TarEntryType.RegularFile, Below(path))
            {
                Uid = owner.Uid,
                Gid = owner.Gid,
                Mode = PrivateFile,
                ModificationTime = time.GetUtcNow(),
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
            }
        );

    /// <summary>In an archive for the scratch volume's root.</summary>
    private static string Below(string path) => path[(BackupNames.Scratch.Length + 1)..];
}
