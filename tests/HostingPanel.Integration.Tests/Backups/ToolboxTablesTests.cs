namespace HostingPanel.Integration.Tests.Backups;

/// <summary>Single tables out of a dump, to take away and beside those that are there: <c>cut-dump</c> and <c>hp-load-tables</c>.</summary>
[Collection(ToolboxTests.Name)]
public sealed class ToolboxTablesTests(ToolboxFixture toolbox)
{
    private const string Prefix = "restored_20261126_abcdef_";

    [Fact(Timeout = 180_000)]
    public async Task Tables_come_back_beside_those_that_are_there_without_what_reaches_elsewhere()
    {
        toolbox.Require();
        await toolbox.StartDatabaseAsync("tables", ToolboxDatabase.Init);
        await ToolboxDatabase.SqlAsync(toolbox, "tables", ToolboxDatabase.Nasty);
        var place = toolbox.Place();
        (await RunAsync(place, "hp-dump", "/scratch", "tables", "main", "civi")).Well();
        var before = await SqlAsync("SELECT id, SHA2(t, 256), SHA2(b, 256), at, j FROM main.plain ORDER BY id");
        await SqlAsync("DELETE FROM main.plain; DELETE FROM main.aged_child; DELETE FROM main.parent;");

        var loaded = (
            await RunAsync(
                place,
                [
                    "hp-load-tables",
                    "load",
                    "/scratch/main.sql",
                    "tables",
                    "main",
                    .. As("plain"),
                    .. As("aged_child"),
                    .. As("kept"),
                    .. As("events_seen"),
                ]
            )
        ).Well();

        Assert.Equal("""{"database":"main","counts":[4,1,2,0],"foreignKeys":1}""", loaded.Output[^1]);
        Assert.Equal(before, await SqlAsync($"SELECT id, SHA2(t, 256), SHA2(b, 256), at, j FROM main.{Prefix}plain ORDER BY id"));
        Assert.Equal(["0"], await SqlAsync("SELECT COUNT(*) FROM main.plain"));
        Assert.DoesNotContain(
            "FOREIGN KEY",
            Assert.Single(await SqlAsync($"SHOW CREATE TABLE main.{Prefix}aged_child")),
            StringComparison.Ordinal
        );
        Assert.Equal(["0"], await SqlAsync($"SELECT COUNT(*) FROM information_schema.triggers WHERE event_object_table LIKE '{Prefix}%'"));

        // Again is the same; and away again leaves what was there.
        (await RunAsync(place, ["hp-load-tables", "load", "/scratch/main.sql", "tables", "main", .. As("kept")])).Well();
        (await RunAsync(place, "hp-load-tables", "drop", "tables", "main", $"{Prefix}plain", $"{Prefix}kept", $"{Prefix}never")).Well();
        Assert.Equal(
            [$"{Prefix}aged_child", $"{Prefix}events_seen"],
            await SqlAsync("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'restored%' ORDER BY 1")
        );
        (await RunAsync(place, "hp-load-tables", "drop", "tables", "main", "plain")).Failed("A new name is none");
        (await RunAsync(place, "hp-load-tables", "load", "/scratch/main.sql", "tables", "main", "nothing", $"{Prefix}x")).Failed(
            "no table nothing"
        );

        // What is cut out to be taken away is what was there, and nothing else.
        var cut = (await RunAsync(place, "/usr/local/lib/hp/cut-dump", "/scratch/main.sql", "aged_child", "")).Well().Output;
        Assert.Contains(cut, line => line.Contains("FOREIGN KEY", StringComparison.Ordinal));
        Assert.Equal(1, cut.Count(line => line.StartsWith("CREATE TABLE", StringComparison.Ordinal)));
        Assert.DoesNotContain(
            cut,
            line => line.Contains("DROP", StringComparison.Ordinal) || line.Contains("TRIGGER", StringComparison.Ordinal)
        );
    }

    /// <summary>Abuse case 21 for single tables.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_dump_that_somebody_changed_changes_nothing_elsewhere()
    {
        toolbox.Require();
        await toolbox.StartDatabaseAsync("changed", ToolboxDatabase.Init);
        await SqlAsync(
            "CREATE TABLE main.t (i INT) COMMENT 'x'; INSERT INTO main.t VALUES (1), (2); CREATE TABLE main.other (i INT); CREATE TABLE civi.u (i INT);",
            "changed"
        );
        var place = toolbox.Place();
        (await RunAsync(place, "hp-dump", "/scratch", "changed", "main", "civi")).Well();
        var good = await File.ReadAllTextAsync(Path.Combine(place, "main.sql"), TestContext.Current.CancellationToken);

        // Whatever stands between is no table that was asked for, and is not handed on.
        await WriteAsync(
            good.Replace(
                "INSERT INTO `t` VALUES",
                "CREATE USER owner@'%';\nDROP TABLE `other`;\nUSE `civi`;\nINSERT INTO `t` VALUES",
                StringComparison.Ordinal
            )
        );
        (await LoadAsync()).Well();
        Assert.Equal(
            ["0", "1"],
            await SqlAsync(
                "SELECT COUNT(*) FROM mysql.user WHERE user = 'owner'; SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'other'",
                "changed"
            )
        );

        // What stands in its head is said by the site's own user, in a client that knows no commands.
        foreach (
            var line in (string[])
                ["\\! touch /scratch/owned\n", "CREATE USER owner@'%';\n", "SELECT 1 INTO OUTFILE '/tmp/owned';\n", "USE mysql;\n"]
        )
        {
            await WriteAsync(line + good);
            Assert.NotEqual(0, (await LoadAsync()).Code);
        }

        await WriteAsync(good.Replace("ENGINE=InnoDB", "ENGINE=MRG_MyISAM UNION=(`other`)", StringComparison.Ordinal));
        (await LoadAsync()).Failed("an engine whose tables reach elsewhere");
        await WriteAsync(good[..(good.Length - 30)]);
        (await LoadAsync()).Failed("cut off");
        Assert.False(File.Exists(Path.Combine(place, "owned")));
        Assert.Equal(["0"], await SqlAsync("SELECT COUNT(*) FROM mysql.user WHERE user = 'owner'", "changed"));

        Task WriteAsync(string text) =>
            File.WriteAllTextAsync(Path.Combine(place, "main.sql"), text, TestContext.Current.CancellationToken);
        Task<ToolRun> LoadAsync() => RunAsync(place, "hp-load-tables", "load", "/scratch/main.sql", "changed", "main", "t", $"{Prefix}t");
    }

    private static string[] As(string table) => [table, $"{Prefix}{table}"];

    private Task<IReadOnlyList<string>> SqlAsync(string sql, string host = "tables") => ToolboxDatabase.SqlAsync(toolbox, host, sql);

    private Task<ToolRun> RunAsync(string place, params string[] command) =>
        toolbox.RunAsync(
            new ToolSetup { Networked = true, Mounts = [(place, "/scratch"), (toolbox.Secrets(ToolboxDatabase.Secrets), "/run/secrets")] },
            command
        );
}
