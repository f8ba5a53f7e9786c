namespace HostingPanel.Integration.Tests.Backups;

/// <summary><c>hp-restic empty</c> with a repository on this machine; <see cref="ToolboxOffsiteTests"/> has one elsewhere.</summary>
[Collection(ToolboxTests.Name)]
public sealed class ToolboxEmptyTests(ToolboxFixture toolbox)
{
    [Fact(Timeout = 180_000)]
    public async Task A_repository_goes_as_a_whole_damaged_or_not_and_anothers_stays()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        var id = (await repository.RunAsync("init")).Well().Last.GetProperty("repository").GetString()!;
        await repository.BackUpAsync();
        (await repository.RunAsync("empty")).FailedAs("failed").Failed("was expected");
        (await repository.RunAsync("empty", new string('0', 64))).FailedAs("failed").Failed("another repository");
        var strange = toolbox.Secrets(("repository-key", "another-key"));
        (
            await repository.RunAsync(
                setup =>
                    setup with
                    {
                        Mounts = [.. setup.Mounts.Where(mount => mount.Target != "/run/secrets"), (strange, "/run/secrets")],
                    },
                "empty",
                id
            )
        ).FailedAs("wrong-key");
        Assert.Equal(1, (await repository.RunAsync("list")).Well().Last.GetProperty("count").GetInt32());

        // Neither broken packs nor a configuration that nobody can read keep it.
        ToolboxRepository.Spoil(repository.Packs[0]);
        ToolboxRepository.Spoil(new FileInfo(Path.Combine(repository.Target, "site", "config")));
        Assert.NotEqual(0, (await repository.RunAsync("identity")).Code);
        await File.WriteAllTextAsync(Path.Combine(repository.Target, "of-another"), "stays", TestContext.Current.CancellationToken);
        (await repository.RunAsync("empty", id)).Well();
        Assert.Equal(["of-another"], new DirectoryInfo(repository.Target).GetFileSystemInfos().Select(entry => entry.Name));
        (await repository.RunAsync("empty", id)).Well();
    }
}
