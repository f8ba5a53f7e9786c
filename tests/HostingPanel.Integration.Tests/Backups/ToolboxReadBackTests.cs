namespace HostingPanel.Integration.Tests.Backups;

/// <summary><c>hp-restic</c> reads back what it has saved, and says so when it is not whole.</summary>
[Collection(ToolboxTests.Name)]
public sealed class ToolboxReadBackTests(ToolboxFixture toolbox)
{
    [Fact(Timeout = 180_000)]
    public async Task Only_what_is_there_whole_is_a_backup()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("init")).Well();
        (await repository.RunAsync("backup", "/volumes/files", "/volumes/misspelt")).FailedAs("incomplete");
        Assert.Equal(0, (await repository.RunAsync("list")).Well().Last.GetProperty("count").GetInt32());

        // root without the right to read others' files meets one: restic makes a snapshot without it.
        (
            await toolbox.RunAsync(
                repository.Setup,
                "bash",
                "-euc",
                "printf x >/volumes/files/secret; chmod 0600 /volumes/files/secret; chown 33:33 /volumes/files/secret"
            )
        ).Well();
        var blind = await repository.RunAsync(setup => setup with { Capabilities = [] }, "backup", "/volumes/files");
        blind.FailedAs("incomplete");
        Assert.Contains("/volumes/files/secret", blind.Error[^1], StringComparison.Ordinal);
        Assert.Equal(0, (await repository.RunAsync("list")).Well().Last.GetProperty("count").GetInt32());
        File.Delete(Path.Combine(repository.Files, "secret"));

        var snapshot = await repository.BackUpAsync();
        var read = (await repository.ReadBackAsync(snapshot)).Well();
        Assert.Equal([3, 1], read.With("source").Select(source => source.GetProperty("files").GetInt32()));
        Assert.Equal(repository.Packs.Count, read.Last.GetProperty("packs").GetInt32());
        (await repository.ReadBackAsync(snapshot, files: 4)).FailedAs("incomplete").Failed("/volumes/files has 3 files");
        (await repository.ReadBackAsync(snapshot, manifest: new string('0', 64))).FailedAs("damaged").Failed("manifest");
        (await repository.ReadBackAsync(new string('0', 64))).FailedAs("failed");

        var both = (await repository.BackUpAndReadAsync()).Well();
        Assert.Single(both.With("snapshot"));
        Assert.Equal([3, 1], both.With("source").Select(source => source.GetProperty("files").GetInt32()));
        Assert.True(both.Last.GetProperty("readBack").GetBoolean());
        // What is not whole when it is read back lies there all the same, and is told.
        var lacking = (await repository.BackUpAndReadAsync(files: 4)).FailedAs("incomplete");
        Assert.Single(lacking.With("snapshot"));
        Assert.Equal(3, (await repository.RunAsync("list")).Well().Last.GetProperty("count").GetInt32());
    }

    [Fact(Timeout = 180_000)]
    public async Task What_was_read_back_is_not_read_again_and_what_a_run_left_unread_is()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("init")).Well();
        var packs = PacksOf(await repository.BackUpAndReadAsync());
        var read = repository.Packs.Count;
        Assert.Equal(read, packs);

        await ChangeAsync(repository, "<h1>Two!</h1>");
        await repository.BackUpAsync();
        var unread = repository.Packs.Count - read;
        await ChangeAsync(repository, "<h1>Tri!</h1>");
        packs = PacksOf(await repository.BackUpAndReadAsync());
        Assert.Equal(repository.Packs.Count - read, packs);
        Assert.True(packs > unread, $"{packs} were read, {unread} of them of the run before.");

        // Where nobody wrote down what was read, all of it is.
        File.Delete(Path.Combine(repository.Target, "site", "hp-packs-read"));
        await ChangeAsync(repository, "<h1>For!</h1>");
        packs = PacksOf(await repository.BackUpAndReadAsync());
        Assert.Equal(repository.Packs.Count, packs);

        // Another manifest than the one that is to be saved: there is no snapshot of it.
        (await repository.BackUpAndReadAsync(manifest: new string('0', 64)))
            .FailedAs("damaged")
            .Failed("manifest");
        Assert.Equal(4, (await repository.RunAsync("list")).Well().Last.GetProperty("count").GetInt32());
    }

    private static int PacksOf(ToolRun run) => run.Well().Last.GetProperty("packs").GetInt32();

    /// <summary>As many bytes as before: that is expected.</summary>
    private static Task ChangeAsync(ToolboxRepository repository, string page) =>
        File.WriteAllTextAsync(Path.Combine(repository.Files, "page.html"), page, TestContext.Current.CancellationToken);

    [Fact(Timeout = 180_000)]
    public async Task A_flipped_bit_is_found_when_it_is_read_back_and_when_all_is_checked()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("init")).Well();
        await repository.BackUpAsync();
        await File.WriteAllTextAsync(Path.Combine(repository.Files, "page.html"), "<h1>Now!</h1>", TestContext.Current.CancellationToken);
        var snapshot = await repository.BackUpAsync();
        (await repository.ReadBackAsync(snapshot)).Well();
        (await repository.RunAsync("check", "1/1")).Well();

        ToolboxRepository.Spoil(repository.Packs[0]);

        (await repository.ReadBackAsync(snapshot)).FailedAs("damaged");
        // restic's quick check looks at no contents; this is why there is the other.
        (await repository.RunAsync("check")).Well();
        var found = (await repository.RunAsync("check", "1/1")).FailedAs("damaged");
        Assert.Contains(
            snapshot,
            found.With("touched").SelectMany(line => line.GetProperty("touched").EnumerateArray()).Select(touched => touched.GetString())
        );
        var restored = toolbox.Place();
        var ran = await repository.RunAsync(
            setup => setup with { Mounts = [.. setup.Mounts, (restored, "/new")] },
            "restore",
            snapshot,
            "/volumes/files",
            "/new"
        );
        ran.FailedAs("damaged");
        repository.Packs[0].Delete();
        (await repository.ReadBackAsync(snapshot)).FailedAs("damaged");
    }
}
