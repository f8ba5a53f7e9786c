using System.Formats.Tar;
using System.Globalization;
using System.Text;

namespace HostingPanel.Backups.Browsing;

/// <summary>
/// What lies in an archive beside the data: the manifest, its signature, and how to use it all without the panel. The layout is
/// <c>README.txt</c>, <c>manifest.json</c>, <c>manifest.sig</c>, <c>databases/NAME.sql</c>, <c>volumes/NAME/…</c>.
/// </summary>
internal static class ArchiveReadme
{
    private const UnixFileMode ReadableFile =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>These files as an archive for the root of the scratch volume.</summary>
    public static Stream Files(FetchWork work, FetchChoice choice)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            File(tar, "README.txt", TextOf(work, choice), work);
            File(tar, "manifest.json", work.Point.Manifest!, work);
            File(tar, "manifest.sig", $"{work.Point.Signature}\n", work);
        }

        stream.Position = 0;
        return stream;
    }

    private static string TextOf(FetchWork work, FetchChoice choice)
    {
        var (manifest, site) = (work.Manifest, work.Manifest.Site);
        var part = choice.Kind switch
        {
            DownloadKind.Files => $"chosen files of its volume {choice.Volume}",
            DownloadKind.Tables => $"chosen tables of its database {choice.Database}",
            _ => "everything in it",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Restore point {work.Point.Id} of the site {site.Slug}
            taken {manifest.TakenAt:u}; blueprint {site.Blueprint}, version {site.BlueprintVersion}; here: {part}

            It holds passwords' hashes and personal data. Keep it as carefully as the site itself.

            manifest.json     what the restore point is: databases with the rows of each table and the checksum of each dump, volumes with
                              the number, bytes and a checksum of their files, the releases that ran, what was left out and why.
            manifest.sig      the panel's signature of manifest.json. Only the panel that made it can check it.
            databases/*.sql   what mariadb-dump writes, without owners of views, triggers and routines: who loads it owns them.
            volumes/NAME/     the files of each volume, with numeric owners, modes, times and links. Links are links and lead where they led:
                              look at them before you follow them. Set-user-id and set-group-id of programs were taken away; devices, pipes
                              and sockets were left out.

            To unpack it, into an empty directory:        tar -xzf THIS-FILE              (as root with --numeric-owner: with the owners)
            To check a dump of a whole restore point:     sha256sum databases/NAME.sql    (and compare with manifest.json)
            To load a dump into an empty database:        mariadb --sandbox --binary-mode --comments NAME < databases/NAME.sql
            Log in for that as a user who may do nothing outside of that database.

            Of MariaDB: {string.Join(", ", manifest.Servers.DefaultIfEmpty("none"))}. The services ran {string.Join(
                ", ",
                manifest.Services.Select(service => $"{service.Name}: {service.Image}").DefaultIfEmpty("none")
            )}.

            """
        );
    }

    private static void File(TarWriter tar, string name, string content, FetchWork work) =>
        tar.WriteEntry(
            new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                Mode = ReadableFile,
                ModificationTime = work.Manifest.TakenAt,
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
            }
        );
}
