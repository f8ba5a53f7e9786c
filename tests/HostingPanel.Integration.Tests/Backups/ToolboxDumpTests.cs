using System.Security.Cryptography;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary><c>hp-dump</c> and <c>hp-load</c> against real servers.</summary>
[Collection(ToolboxTests.Name)]
public sealed class ToolboxDumpTests(ToolboxFixture toolbox)
{
    private static readonly string[] Both = ["main", "civi"];

    [Fact(Timeout = 180_000)]
    public async Task What_is_dumped_and_loaded_is_the_same_to_the_byte_and_belongs_to_the_site()
    {
        toolbox.Require();
        await toolbox.StartDatabaseAsync("from", ToolboxDatabase.Init);
        await toolbox.StartDatabaseAsync("to", ToolboxDatabase.Init);
        await ToolboxDatabase.SqlAsync(toolbox, "from", ToolboxDatabase.Nasty);
        var (first, second) = (toolbox.Place(), toolbox.Place());

        var dumped = (await DumpAsync("from", first)).Well();
        var loaded = (await LoadAsync("to", first)).Well();
        (await DumpAsync("to", second)).Well();

        var main = dumped.With("file").Single(line => line.GetProperty("database").GetString() == "main");
        var file = await File.ReadAllBytesAsync(Path.Combine(first, "main.sql"), TestContext.Current.CancellationToken);
        Assert.Equal("main.sql", main.GetProperty("file").GetString());
        Assert.Equal(file.Length, main.GetProperty("bytes").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), main.GetProperty("sha256").GetString());
        Assert.Equal(
            [7, 1, 1, 2, 1],
            new[] { "tables", "views", "triggers", "routines", "events" }.Select(kind => main.GetProperty(kind).GetInt32())
        );
        Assert.StartsWith("11.8", dumped.Last.GetProperty("server").GetString(), StringComparison.Ordinal);
        Assert.Equal(["main.my"], dumped.Last.GetProperty("notTransactional").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(Rows(dumped, "main"), Rows(loaded, "main"));
        Assert.Equal(4, Rows(dumped, "main")["plain"]);
        Assert.Equal(3, Rows(dumped, "main")[@"a`b'c""d\ne\tü\\"]);
        foreach (var database in Both)
        {
            Assert.Equal(Read(first, database), Read(second, database));
        }

        var owners = await ToolboxDatabase.SqlAsync(
            toolbox,
            "to",
            """
            SELECT CONCAT(table_name, ' ', definer) FROM information_schema.views WHERE table_schema IN ('main', 'civi');
            SELECT CONCAT(trigger_name, ' ', definer) FROM information_schema.triggers WHERE trigger_schema = 'main';
            SELECT CONCAT(routine_name, ' ', definer) FROM information_schema.routines WHERE routine_schema = 'main';
            SELECT CONCAT(event_name, ' ', definer) FROM information_schema.events WHERE event_schema = 'main';
            SELECT CONCAT('fn ', main.fn(2));
            INSERT INTO main.events_seen VALUES (4);
            SELECT CONCAT('rows ', COUNT(*)) FROM civi.vv WHERE `USE civi;` LIKE 'x;;%';
            """
        );
        Assert.Equal(
            ["ev main@%", "fn 3", "fn main@%", "pr main@%", "rows 1", "tr main@%", "v main@%", "vv civi@%"],
            owners.Order(StringComparer.Ordinal)
        );
        Assert.Contains("/* it's */", Read(second, "main"), StringComparison.Ordinal);

        (await LoadAsync("to", first)).Failed("Database main is not empty");
    }

    [Fact(Timeout = 180_000)]
    public async Task While_somebody_writes_both_databases_are_of_one_moment()
    {
        toolbox.Require();
        await toolbox.StartDatabaseAsync("busy", ToolboxDatabase.Init);
        await ToolboxDatabase.SqlAsync(toolbox, "busy", ToolboxDatabase.Nasty);
        // One row in one database, and by the trigger one in the other, as fast as they go.
        var writer = await toolbox.StartAsync(
            new ToolSetup { Networked = true },
            "bash",
            "-euc",
            "for ((n = 1; ; n++)); do echo \"INSERT INTO events_seen VALUES ($n);\"; done | "
                + "mariadb --skip-ssl --host=busy --user=main --password=password-of-main main"
        );
        var counts = new List<long>();
        for (var round = 0; round < 5; round++)
        {
            var place = toolbox.Place();
            var dumped = (await DumpAsync("busy", place)).Well();
            counts.Add(Rows(dumped, "main")["events_seen"]);
            Assert.Equal(counts[^1], Rows(dumped, "civi")["log"]);
            // What was counted is what the files hold.
            Assert.Equal(
                counts[^1],
                Read(place, "civi")
                    .Split('\n')
                    .LongCount(line =>
                        line.EndsWith(@"USE `civi`;\n'),", StringComparison.Ordinal)
                        || line.EndsWith(@"USE `civi`;\n');", StringComparison.Ordinal)
                    )
            );
        }

        await toolbox.Docker.Containers.RemoveAsync(writer, force: true, volumes: true, TestContext.Current.CancellationToken);
        Assert.True(counts[0] < counts[^1], $"Nobody wrote: {string.Join(' ', counts)}");
    }

    [Fact(Timeout = 180_000)]
    public async Task A_dump_that_is_not_whole_leaves_nothing_and_says_why()
    {
        toolbox.Require();
        await toolbox.StartDatabaseAsync("half", ToolboxDatabase.Init);
        await ToolboxDatabase.SqlAsync(toolbox, "half", ToolboxDatabase.Nasty);
        var place = toolbox.Place();
        (await DumpAsync("half", place)).Well();

        // Each stands before the real program and spoils what it says.
        await FailsAsync("truncate -s -40 \"$file\"", "cut off: its last statement has no end");
        await FailsAsync("sed -i '$d' \"$file\"", "cut off: its last line is missing");
        await FailsAsync("sed -i '/SET TIME_ZONE=@OLD_TIME_ZONE/d' \"$file\"", "what ends it is missing");
        await FailsAsync("sed -i '/^(3,NULL,0xFF00FE/s/NULL,/NULL,(/' \"$file\"", "is no row");
        await FailsAsync(
            "sed -i '/^CREATE TABLE `my`/,/;$/d; /^INSERT INTO `my`/,/;$/d' \"$file\"",
            "Database main has 7 tables, its dump 6"
        );
        await FailsAsync("exit 3", "mariadb-dump ended with code 3");

        var wrong = toolbox.Secrets(("db-backup-password", "guessed"));
        (await DumpAsync("half", place, wrong)).Failed("Access denied for user 'hp_backup'");
        Assert.Empty(Directory.EnumerateFileSystemEntries(place));
        (await DumpAsync("nowhere", place)).Failed("was not reached or refused");
        await ToolboxDatabase.SqlAsync(toolbox, "half", "REVOKE TRIGGER ON civi.* FROM hp_backup@'%';");
        (await DumpAsync("half", place)).Failed("hp_backup lacks the right TRIGGER on civi");
        Assert.Empty(Directory.EnumerateFileSystemEntries(place));

        async Task FailsAsync(string spoil, string cause)
        {
            var before = toolbox.Place();
            var program = Path.Combine(before, "mariadb-dump");
            await File.WriteAllTextAsync(
                program,
                $$"""
                #!/bin/bash
                set -euo pipefail
                file=/tmp/spoilt
                /usr/bin/mariadb-dump "$@" >"$file"
                {{spoil}}
                cat "$file"
                """,
                TestContext.Current.CancellationToken
            );
            File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
            // One that was there before is gone, too: nobody can take it for today's.
            await File.WriteAllTextAsync(Path.Combine(place, "main.sql"), "old", TestContext.Current.CancellationToken);
            var ran = await toolbox.RunAsync(
                Setup(place, toolbox.Secrets(ToolboxDatabase.Secrets)) with
                {
                    Mounts = [(place, "/scratch"), (toolbox.Secrets(ToolboxDatabase.Secrets), "/run/secrets"), (before, "/before")],
                    Environment = [("PATH", "/before:/usr/local/bin:/usr/bin:/bin")],
                },
                ["hp-dump", "/scratch", "half", .. Both]
            );
            ran.Failed(cause);
            Assert.Empty(Directory.EnumerateFileSystemEntries(place));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_full_scratch_fails_and_is_named()
    {
        toolbox.Require();
        await toolbox.StartDatabaseAsync("large", ToolboxDatabase.Init);
        await ToolboxDatabase.SqlAsync(toolbox, "large", ToolboxDatabase.Nasty);

        var ran = await toolbox.RunAsync(
            Setup(toolbox.Place(), toolbox.Secrets(ToolboxDatabase.Secrets)) with
            {
                Small = "/small",
            },
            "bash",
            "-c",
            "hp-dump /small large main civi; code=$?; ls -A /small; exit $code"
        );

        ran.Failed("No space left on device");
        Assert.Empty(ran.Output);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_dump_that_somebody_changed_gets_no_further_than_the_sites_own_rights()
    {
        toolbox.Require();
        await toolbox.StartDatabaseAsync("safe", ToolboxDatabase.Init);
        await toolbox.StartDatabaseAsync("plainly", ToolboxDatabase.Init);
        await ToolboxDatabase.SqlAsync(
            toolbox,
            "plainly",
            "CREATE TABLE main.t (i INT);\nINSERT INTO main.t VALUES (1);\nCREATE TABLE civi.u (i INT);"
        );
        var place = toolbox.Place();
        (await DumpAsync("plainly", place)).Well();
        var good = Read(place, "main");

        await FailsAsync("\\! touch /scratch/owned\n", "Unknown command '\\!'");
        await FailsAsync("system touch /scratch/owned\n", "You have an error in your SQL syntax");
        await FailsAsync("CREATE USER owner@'%' IDENTIFIED BY 'x';\n", "Access denied");
        await FailsAsync("SELECT 1 INTO OUTFILE '/tmp/owned';\n", "Access denied");
        await FailsAsync("CREATE DEFINER=root@localhost PROCEDURE p() SELECT 1;\n", "Access denied");
        await FailsAsync("LOAD DATA LOCAL INFILE '/run/secrets/db-civi-password' INTO TABLE t;\n", "");
        await FailsAsync("USE mysql;\n", "Access denied");
        Assert.False(File.Exists(Path.Combine(place, "owned")));

        async Task FailsAsync(string line, string cause)
        {
            await File.WriteAllTextAsync(Path.Combine(place, "main.sql"), Before(line), TestContext.Current.CancellationToken);
            var ran = await LoadAsync("safe", place);
            ran.Failed($"main.sql could not be loaded, line {good[..Mark(good)].Count(c => c == '\n') + 1}");
            Assert.Contains(cause, ran.Error[^1], StringComparison.Ordinal);
            await ToolboxDatabase.SqlAsync(toolbox, "safe", "DROP TABLE IF EXISTS main.t;");
        }

        string Before(string line) => good.Insert(Mark(good), line);
        static int Mark(string text) => text.IndexOf("COMMIT;\n", StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_file_that_is_cut_off_is_not_loaded()
    {
        toolbox.Require();
        await toolbox.StartDatabaseAsync("cut", ToolboxDatabase.Init);
        await ToolboxDatabase.SqlAsync(toolbox, "cut", "CREATE TABLE main.t (i INT);\nCREATE TABLE civi.u (i INT);");
        var place = toolbox.Place();
        (await DumpAsync("cut", place)).Well();
        var whole = Read(place, "civi");
        await File.WriteAllTextAsync(Path.Combine(place, "civi.sql"), whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);

        (await LoadAsync("cut", place)).Failed("civi.sql was cut off");
    }

    private static ToolSetup Setup(string place, string secrets) =>
        new() { Networked = true, Mounts = [(place, "/scratch"), (secrets, "/run/secrets")] };

    private static string Read(string place, string database) => File.ReadAllText(Path.Combine(place, $"{database}.sql"));

    private static Dictionary<string, long> Rows(ToolRun run, string database) =>
        run.With("rows")
            .Where(line => line.GetProperty("database").GetString() == database)
            .SelectMany(line => line.GetProperty("rows").EnumerateObject())
            .ToDictionary(row => row.Name, row => row.Value.GetInt64(), StringComparer.Ordinal);

    private Task<ToolRun> DumpAsync(string host, string place, string? secrets = null) =>
        toolbox.RunAsync(Setup(place, secrets ?? toolbox.Secrets(ToolboxDatabase.Secrets)), ["hp-dump", "/scratch", host, .. Both]);

    private Task<ToolRun> LoadAsync(string host, string place) =>
        toolbox.RunAsync(Setup(place, toolbox.Secrets(ToolboxDatabase.Secrets)), ["hp-load", "/scratch", host, .. Both]);
}
