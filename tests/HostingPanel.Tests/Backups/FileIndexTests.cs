using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using HostingPanel.Backups.Browsing;

namespace HostingPanel.Tests.Backups;

/// <summary>The index of a restore point's files.</summary>
public sealed class FileIndexTests : IDisposable
{
    private const long Directory = (1L << 31) | 0x1ED;
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_directory_is_listed_as_it_was_and_links_are_what_they_are()
    {
        await WriteAsync(
            ["/volumes", "content", "dir", 0, Directory, 33, 33, "2026-01-01T00:00:00Z"],
            ["/volumes/content", "a\nb", "file", 5, 420 | (1 << 23), 33, 34, "2026-01-02T03:04:05.123456789Z"],
            ["/volumes/content", "link", "symlink", 0, 0x1FF, 0, 0, "2026-01-01T00:00:00Z"],
            ["/volumes/content", "uploads", "dir", 0, Directory, 33, 33, "2026-01-01T00:00:00Z"],
            ["/volumes/content/uploads", "x", "file", 7, 420, 33, 33, "2026-01-01T00:00:00Z"],
            ["/volumes/content-two", "y", "file", 9, 420, 33, 33, "2026-01-01T00:00:00Z"]
        );

        var root = await ListAsync("/volumes/content");
        Assert.Equal(("dir", 3), (root.Type, root.Count));
        Assert.Equal(["a\nb", "link", "uploads"], root.Entries.Select(entry => entry.Name));
        var file = root.Entries[0];
        Assert.Equal((5L, "4644", 33L, 34L), (file.Size, Convert.ToString(file.Mode, 8), file.Uid, file.Gid));
        Assert.Equal("symlink", root.Entries[1].Type);
        Assert.Equal("x", Assert.Single((await ListAsync("/volumes/content/uploads")).Entries).Name);
        Assert.Equal("symlink", (await ListAsync("/volumes/content/link")).Type);
        Assert.Null((await ListAsync("/volumes/content/nothing")).Type);
        Assert.Null((await ListAsync("/volumes/data")).Type);
    }

    [Fact]
    public async Task What_is_chosen_is_measured_and_what_is_not_there_is_named()
    {
        await WriteAsync(
            ["/volumes", "content", "dir", 0, Directory, 33, 33, "2026-01-01T00:00:00Z"],
            ["/volumes/content", "up", "file", 100, 420, 33, 33, "2026-01-01T00:00:00Z"],
            ["/volumes/content", "uploads", "dir", 0, Directory, 33, 33, "2026-01-01T00:00:00Z"],
            ["/volumes/content/uploads", "x", "file", 7, 420, 33, 33, "2026-01-01T00:00:00Z"]
        );
        var found = await FileIndex.MeasureAsync(
            _file,
            ["/volumes/content/uploads", "/volumes/content/uploads/x", "/volumes/content/no"],
            TestContext.Current.CancellationToken
        );
        Assert.Equal((1L, 7L), (found.Files, found.Bytes));
        Assert.Equal(["/volumes/content/no"], found.Missing);
        Assert.Equal(107, (await FileIndex.MeasureAsync(_file, ["/volumes/content"], TestContext.Current.CancellationToken)).Bytes);
    }

    [Fact]
    public async Task A_directory_with_a_hundred_thousand_files_is_listed_page_by_page()
    {
        const int Many = 100_000;
        await WriteAsync([
            ["/volumes", "content", "dir", 0, Directory, 33, 33, "2026-01-01T00:00:00Z"],
            .. Enumerable
                .Range(0, Many)
                .Select(number =>
                    (object[])
                        [
                            "/volumes/content",
                            string.Create(CultureInfo.InvariantCulture, $"file-{number:000000}"),
                            "file",
                            number,
                            420,
                            33,
                            33,
                            "2026-01-01T00:00:00Z",
                        ]
                ),
        ]);
        var page = await FileIndex.ListAsync(_file, "/volumes/content", 99_950, 200, TestContext.Current.CancellationToken);
        Assert.Equal((Many, 50, "file-099950"), (page.Count, page.Entries.Count, page.Entries[0].Name));
    }

    private Task<IndexedDirectory> ListAsync(string directory) =>
        FileIndex.ListAsync(_file, directory, 0, 200, TestContext.Current.CancellationToken);

    private async Task WriteAsync(params object[][] rows)
    {
        await using var gzip = new GZipStream(File.Create(_file), CompressionLevel.Fastest);
        foreach (var row in rows)
        {
            await JsonSerializer.SerializeAsync(gzip, row, cancellationToken: TestContext.Current.CancellationToken);
            gzip.WriteByte((byte)'\n');
        }
    }
}
