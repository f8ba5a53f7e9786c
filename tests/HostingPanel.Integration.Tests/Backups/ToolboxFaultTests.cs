using System.Security.Cryptography;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Docker;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>Faults F2, F6 and F13, and abuse cases 20 and 23, where the toolbox's programs meet them.</summary>
[Collection(ToolboxTests.Name)]
public sealed class ToolboxFaultTests(ToolboxFixture toolbox)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 120_000)]
    public async Task A_dump_that_is_killed_leaves_no_dump_that_could_be_taken_for_one_and_the_next_works()
    {
        toolbox.Require();
        await toolbox.StartDatabaseAsync("killed", ToolboxDatabase.Init);
        // One that takes its time: a table that somebody else holds can't be read.
        await ToolboxDatabase.SqlAsync(
            toolbox,
            "killed",
            "CREATE TABLE main.t (i INT); INSERT INTO main.t VALUES (1); CREATE TABLE civi.u (i INT);"
        );
        var place = toolbox.Place();
        var setup = new ToolSetup
        {
            Networked = true,
            Mounts = [(place, "/scratch"), (toolbox.Secrets(ToolboxDatabase.Secrets), "/run/secrets")],
        };
        var holder = await toolbox.StartAsync(
            setup,
            "bash",
            "-c",
            "mariadb --skip-ssl --host=killed --user=admin --password=password-of-admin --execute=\"LOCK TABLES civi.u WRITE; SELECT SLEEP(600);\""
        );
        await EventuallyAsync(
            "The lock",
            async () => (await RunningAsync("killed")).Any(line => line.Contains("SLEEP", StringComparison.Ordinal))
        );
        var dump = await toolbox.StartAsync(setup, "hp-dump", "/scratch", "killed", "main", "civi");
        await EventuallyAsync("The dump's beginning", () => Task.FromResult(File.Exists(Path.Combine(place, ".hp-dump.found"))));

        await KillAsync(dump);
        await KillAsync(holder);

        Assert.DoesNotContain(Directory.EnumerateFiles(place), file => file.EndsWith(".sql", StringComparison.Ordinal));
        (await toolbox.RunAsync(setup, "hp-load", "/scratch", "killed", "main", "civi")).Failed("There is no file");
        (await toolbox.RunAsync(setup, "hp-dump", "/scratch", "killed", "main", "civi")).Well();
        Assert.Equal(["civi.sql", "main.sql"], Directory.EnumerateFiles(place).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_restore_and_a_prune_that_are_killed_spoil_nothing_and_the_next_works()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("init")).Well();
        var first = await repository.BackUpAsync();
        await File.WriteAllBytesAsync(Path.Combine(repository.Files, "picture"), RandomNumberGenerator.GetBytes(3_000_000), None);
        var second = await repository.BackUpAsync();

        var (slow, target) = (Slow(repository), toolbox.Place());
        var into = slow with { Mounts = [.. slow.Mounts, (target, "/new")] };
        var restore = await toolbox.StartAsync(into, "hp-restic", "restore", second, "/volumes/files", "/new");
        await EventuallyAsync("The first restored file", () => Task.FromResult(Directory.EnumerateFileSystemEntries(target).Any()));
        await KillAsync(restore);
        // What is half there is not restored over: the panel begins with a new volume.
        (
            await repository.RunAsync(
                setup => setup with { Mounts = [.. setup.Mounts, (target, "/new")] },
                "restore",
                second,
                "/volumes/files",
                "/new"
            )
        ).Failed("is not empty");
        (
            await repository.RunAsync(
                setup => setup with { Mounts = [.. setup.Mounts, (toolbox.Place(), "/new")] },
                "restore",
                second,
                "/volumes/files",
                "/new"
            )
        ).Well();

        (await repository.RunAsync("forget", first)).Well();
        var prune = await toolbox.StartAsync(slow, "hp-restic", "prune");
        var locks = Path.Combine(repository.Target, "site", "locks");
        await EventuallyAsync("The lock of the prune", () => Task.FromResult(Directory.EnumerateFiles(locks).Any()));
        await KillAsync(prune);
        (await repository.RunAsync("unlock")).Well();
        (await repository.ReadBackAsync(second)).Well();
        (await repository.RunAsync("prune")).Well();
        (await repository.RunAsync("check", "1/1")).Well();
        (await repository.ReadBackAsync(second)).Well();
    }

    /// <summary>Fault F6: the place that is restored into, and the one that is collected into.</summary>
    [Fact(Timeout = 120_000)]
    public async Task What_is_fetched_into_a_full_place_fails_and_says_so()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("init")).Well();
        var snapshot = await repository.BackUpAsync();
        foreach (var action in (string[])[$"restore {snapshot} /volumes/files /small", $"collect {snapshot} /small /volumes/files"])
        {
            var ran = await toolbox.RunAsync(repository.Setup with { Small = "/small" }, "bash", "-c", $"hp-restic {action}");
            ran.FailedAs("no-room");
            Assert.Contains("no space left", ran.Last.GetProperty("message").GetString()!, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(ran.Output, line => line.Contains("ed\":true", StringComparison.Ordinal));
        }
    }

    /// <summary>Abuse case 20: a name is swapped for a link, again and again, while its volume is taken.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_link_that_is_swapped_in_while_a_volume_is_taken_is_not_followed()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("init")).Well();
        var secret = RandomNumberGenerator.GetHexString(32);
        await File.WriteAllTextAsync(Path.Combine(repository.Target, "of-another"), secret, None);
        var ran = await repository.RunAsync(setup => setup with { Capabilities = [.. setup.Capabilities, "FSETID"] }, "identity");
        ran.Well();
        var swapped = (
            await toolbox.RunAsync(
                repository.Setup,
                "bash",
                "-euc",
                """
                cd /volumes/files; for n in $(seq 200); do echo mine >"f$n"; done
                (while :; do for n in $(seq 200); do ln -sfn /target/of-another "f$n"; done; for n in $(seq 200); do rm -f "f$n"; echo mine >"f$n"; done; done) 2>/dev/null & swapper=$!
                for try in 1 2 3; do hp-restic backup /volumes/files >/tmp/out || true; grep -o '"snapshot":"[0-9a-f]*"' /tmp/out | cut -d '"' -f 4 >>/tmp/made || true; done
                kill $swapper
                export RESTIC_REPOSITORY=/target/site RESTIC_PASSWORD_FILE=/run/secrets/repository-key
                found=0; while read -r made; do restic --no-lock dump "$made" /volumes/files >/tmp/all.tar; found=$((found + $(grep -ac "$(cat /target/of-another)" /tmp/all.tar || true))); done </tmp/made
                echo "$found"
                """
            )
        ).Well();
        Assert.Equal("0", swapped.Output[^1]);
    }

    /// <summary>Abuse case 23: neither the engine's own words about a job nor what its processes are called by show a secret.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Neither_keys_nor_credentials_are_in_what_a_job_is_called_by_or_says()
    {
        toolbox.Require();
        const string Canary = "canary-0123456789abcdef";
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("init")).Well();
        var secrets = toolbox.Secrets(
            ("repository-key", ToolboxRepository.Key),
            ("target-credentials", $"RESTIC_REST_USERNAME=site\nRESTIC_REST_PASSWORD={Canary}\nAWS_SECRET_ACCESS_KEY={Canary}\n"),
            ("db-main-password", Canary),
            ("db-backup-password", Canary)
        );
        var setup = Slow(repository) with
        {
            Mounts = [.. repository.Setup.Mounts.Where(mount => mount.Target != "/run/secrets"), (secrets, "/run/secrets")],
        };
        var running = await toolbox.StartAsync(
            setup,
            "bash",
            "-c",
            """
            hp-restic backup /volumes/files & made=$!
            mkdir -p /scratch/d; for n in $(seq 300); do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' | tee /tmp/seen; echo; ! grep -q '[b]ackup --json' /tmp/seen || break; sleep 0.1; done
            kill $made; wait $made; printf -- '-- hp-dump: complete\n' >/scratch/d/main.sql
            hp-load /scratch/d 127.0.0.1 main & cat /proc/[0-9]*/cmdline | tr '\0' ' '; wait
            hp-dump /scratch/d 127.0.0.1 main & cat /proc/[0-9]*/cmdline | tr '\0' ' '; wait
            hp-load-tables drop 127.0.0.1 main restored_x & cat /proc/[0-9]*/cmdline | tr '\0' ' '; wait
            HP_REPOSITORY=rest:http://127.0.0.1:1/x/ timeout 20 hp-restic identity
            """
        );
        var inspected = await toolbox.Docker.Containers.InspectAsync(running, None);
        await toolbox.Docker.Containers.WaitAsync(running, WaitCondition.NotRunning, TestContext.Current.CancellationToken);
        var said = new List<string>(inspected.Config?.Env ?? []);
        await foreach (var line in toolbox.Docker.Containers.LogsAsync(running, new LogOptions(), TestContext.Current.CancellationToken))
        {
            said.Add(line.Text);
        }

        Assert.Contains(
            said,
            line => line.Contains("restic ", StringComparison.Ordinal) && line.Contains("backup --json", StringComparison.Ordinal)
        );
        Assert.All(
            said,
            line =>
            {
                Assert.DoesNotContain(Canary, line, StringComparison.Ordinal);
                Assert.DoesNotContain(ToolboxRepository.Key, line, StringComparison.Ordinal);
            }
        );
    }

    private static ToolSetup Slow(ToolboxRepository repository) =>
        repository.Setup with
        {
            Environment = [.. repository.Setup.Environment, ("HP_UPLOAD_KIB", "64"), ("HP_DOWNLOAD_KIB", "64")],
        };

    private async Task<IReadOnlyList<string>> RunningAsync(string host) =>
        await ToolboxDatabase.SqlAsync(toolbox, host, "SHOW FULL PROCESSLIST");

    private async Task KillAsync(string container)
    {
        await toolbox.Docker.Containers.KillAsync(container, "KILL", TestContext.Current.CancellationToken);
        await toolbox.Docker.Containers.WaitAsync(container, WaitCondition.NotRunning, TestContext.Current.CancellationToken);
    }

    private Task EventuallyAsync(string what, Func<Task<bool>> isSo) =>
        DockerEngineFixture.EventuallyAsync(what, async _ => await isSo() ? this : null, TestContext.Current.CancellationToken);
}
