using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Tests.Sites;

public sealed class ArchiveReaderTests : IDisposable
{
    private static readonly ArchiveLimits Limits = new(MaxBytes: 1 << 20, MaxFiles: 10);
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public async Task Plain_files_and_directories_come_out_of_a_gzipped_tar()
    {
        MakeTar(gzip: true, Directory("./site/"), Entry("./site/index.php", "<?php"), Entry("./robots.txt", "none"));
        var entries = await ReadAsync("code.tar.gz");
        Assert.Equal([("site", ""), ("site/index.php", "<?php"), ("robots.txt", "none")], entries);
    }

    [Fact]
    public async Task Directories_that_an_archive_does_not_mention_come_before_their_files_and_once()
    {
        MakeTar(gzip: false, Entry("a/b/c", "1"), Entry("a/b/d", "2"), Directory("a/"), Entry("e", "3"));
        Assert.Equal([("a", ""), ("a/b", ""), ("a/b/c", "1"), ("a/b/d", "2"), ("e", "3")], await ReadAsync("code.tar"));
    }

    [Fact]
    public async Task The_one_folder_in_which_everything_lies_is_left_out()
    {
        MakeTar(gzip: true, Directory("app-1.0/"), Entry("app-1.0/index.php", "<?php"), Entry("app-1.0/lib/a.php", "a"));
        Assert.Equal([("index.php", "<?php"), ("lib", ""), ("lib/a.php", "a")], await ReadAsync("app-1.0.tar.gz"));
    }

    [Fact]
    public async Task Two_folders_stay_as_they_are()
    {
        MakeTar(gzip: false, Entry("web/index.php", "<?php"), Entry(".hp/install.php", "i"));
        var entries = await ReadAsync("code.tar");
        Assert.Equal(["web", "web/index.php", ".hp", ".hp/install.php"], entries.Select(entry => entry.Path));
    }

    [Fact]
    public async Task A_hidden_folder_stays_even_if_it_is_the_only_one()
    {
        MakeTar(gzip: false, Entry(".hp/install.php", "i"));
        Assert.Equal([(".hp", ""), (".hp/install.php", "i")], await ReadAsync("code.tar"));
    }

    [Theory]
    [InlineData("a", "a/b")]
    [InlineData("a/b", "a")]
    public async Task A_name_that_is_a_file_and_a_directory_is_refused(string first, string second)
    {
        MakeTar(gzip: false, Entry(first, "1"), Entry(second, "2"), Entry("z", "3"));
        await RefusedAsync("code.tar");
    }

    [Fact]
    public async Task Directories_that_are_not_mentioned_count_as_well()
    {
        MakeTar(gzip: false, Entry("z", "x"), Entry("a/b/c/d/e/f/g/h/i/j/k", "x"));
        await RefusedAsync("code.tar");
    }

    [Fact]
    public async Task Damage_in_the_middle_of_a_file_is_refused_in_plain_words()
    {
        MakeTar(gzip: false, Entry("z", "x"), Entry("a", new string('x', 2000)));
        await using (var file = File.OpenWrite(_path))
        {
            file.SetLength(3000);
        }

        await RefusedAsync("code.tar");
    }

    [Fact]
    public async Task A_zip_is_read_as_well()
    {
        await using (var archive = await ZipFile.OpenAsync(_path, ZipArchiveMode.Update, TestContext.Current.CancellationToken))
        {
            await using var stream = await archive.CreateEntry("a/b.txt").OpenAsync(TestContext.Current.CancellationToken);
            await stream.WriteAsync("hello"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        Assert.Equal([("b.txt", "hello")], await ReadAsync("code.zip"));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/../../evil")]
    [InlineData("/etc/passwd")]
    [InlineData("a\nb")]
    [InlineData("a\\..\\b")]
    [InlineData(".hp-volume")]
    [InlineData("./.hp-volume")]
    public async Task A_path_that_leads_out_or_lies_is_refused(string name)
    {
        MakeTar(gzip: false, Entry(name, "x"));
        await RefusedAsync("code.tar");
    }

    [Fact]
    public async Task The_volumes_mark_is_refused_in_the_one_folder_that_is_left_out_too()
    {
        MakeTar(gzip: false, Entry("app/index.php", "x"), Entry("app/.hp-volume", "x"));
        await RefusedAsync("code.tar");
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    [InlineData(TarEntryType.Fifo)]
    public async Task Links_and_devices_are_refused(TarEntryType type)
    {
        var entry = new PaxTarEntry(type, "odd");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
        {
            entry.LinkName = "/etc/shadow";
        }

        MakeTar(gzip: false, entry);
        await RefusedAsync("code.tar");
    }

    [Fact]
    public async Task A_link_in_a_zip_is_refused()
    {
        await using (var archive = await ZipFile.OpenAsync(_path, ZipArchiveMode.Update, TestContext.Current.CancellationToken))
        {
            archive.CreateEntry("link").ExternalAttributes = unchecked((int)0xA1FF0000);
        }

        await RefusedAsync("code.zip");
    }

    [Fact]
    public async Task More_bytes_than_allowed_are_refused_while_they_are_read()
    {
        // A megabyte and one byte of zeros is about a kilobyte as gzip.
        MakeTar(gzip: true, Entry("bomb", new string('\0', (1 << 20) + 1)));
        Assert.True(new FileInfo(_path).Length < 10_000);
        await RefusedAsync("code.tar.gz");
    }

    [Fact]
    public async Task More_files_than_allowed_are_refused()
    {
        MakeTar(gzip: false, [.. Enumerable.Range(0, 11).Select(number => Entry($"f{number}", "x"))]);
        await RefusedAsync("code.tar");
    }

    [Theory]
    [InlineData("code.tar")]
    [InlineData("code.zip")]
    public async Task What_is_no_archive_is_refused_in_plain_words(string name)
    {
        await File.WriteAllTextAsync(_path, new string('x', 2000), TestContext.Current.CancellationToken);
        await RefusedAsync(name);
    }

    [Fact]
    public async Task An_empty_archive_is_refused()
    {
        MakeTar(gzip: false);
        await RefusedAsync("code.tar");
    }

    public void Dispose() => File.Delete(_path);

    private static PaxTarEntry Directory(string name) => new(TarEntryType.Directory, name);

    private static PaxTarEntry Entry(string name, string text) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    private void MakeTar(bool gzip, params TarEntry[] entries)
    {
        using var file = File.Create(_path);
        using Stream target = gzip ? new GZipStream(file, CompressionLevel.Optimal) : file;
        using var writer = new TarWriter(target);
        foreach (var entry in entries)
        {
            writer.WriteEntry(entry);
        }
    }

    private async Task RefusedAsync(string fileName) =>
        Assert.Equal("archive-refused", (await Assert.ThrowsAsync<PlatformException>(() => ReadAsync(fileName))).Code);

    private async Task<List<(string Path, string Text)>> ReadAsync(string fileName)
    {
        var found = new List<(string, string)>();
        await foreach (var entry in ArchiveReader.ReadAsync(_path, fileName, Limits, TestContext.Current.CancellationToken))
        {
            var text = string.Empty;
            if (entry.Content is { } content)
            {
                using var reader = new StreamReader(content);
                text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            }

            found.Add((entry.Path, text));
        }

        return found;
    }
}
