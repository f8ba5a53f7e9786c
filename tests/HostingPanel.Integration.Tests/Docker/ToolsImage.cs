using System.Formats.Tar;
using HostingPanel.Docker;

namespace HostingPanel.Integration.Tests.Docker;

/// <summary>
/// An image with a shell, sleep and cat, put together from this machine's own files, so that the tests need no registry and no image of anybody.
/// </summary>
internal static class ToolsImage
{
    public static async Task ImportAsync(DockerClient client, string reference, string label, string value)
    {
        await using var tar = await CreateAsync();
        await client.Images.ImportAsync(
            reference,
            tar,
            ["CMD [\"/bin/sh\"]", "ENV PATH=/bin", $"LABEL {label}={value}"],
            CancellationToken.None
        );
    }

    private static async Task<Stream> CreateAsync()
    {
        var libraries = new[] { "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1" }
            .Where(File.Exists)
            .Concat(Directory.EnumerateDirectories("/lib").Select(directory => Path.Combine(directory, "libc.so.6")).Where(File.Exists));
        // All three need nothing but the C library.
        var files = new[] { ("/bin/sh", "bin/sh"), ("/bin/sleep", "bin/sleep"), ("/bin/cat", "bin/cat") }.Concat(
            libraries.Select(path => (path, path.TrimStart('/')))
        );
        var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var directory in new[] { "tmp", "data", "etc", "run" })
            {
                await writer.WriteEntryAsync(
                    new PaxTarEntry(TarEntryType.Directory, directory + "/") { Mode = (UnixFileMode)0b111_111_111 }
                );
            }

            foreach (var (source, target) in files)
            {
                await using var contents = File.OpenRead(source);
                await writer.WriteEntryAsync(
                    new PaxTarEntry(TarEntryType.RegularFile, target) { DataStream = contents, Mode = (UnixFileMode)0b111_101_101 }
                );
            }
        }

        tar.Position = 0;
        return tar;
    }
}
