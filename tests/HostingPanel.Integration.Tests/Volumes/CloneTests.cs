using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Volumes;

namespace HostingPanel.Integration.Tests.Volumes;

/// <summary>Copies of volumes, by the real job on the real engine.</summary>
[Collection(InstallationTests.Name)]
public sealed class CloneTests(TestInstallation installation)
{
    /// <summary>Everything that a copy gets wrong when it is made by somebody who is in a hurry.</summary>
    public const string NastyTree = """
        cd /v/content
        mkdir -p d/e d/empty 'with space'
        echo text >d/e/file
        ln d/e/file d/hard
        ln d/e/file top-hard
        ln -s ../nowhere d/dangling
        ln -s d/e/file link
        ln -s /etc/passwd absolute
        mkfifo pipe
        truncate -s 100M holes
        printf x | dd of=holes bs=1 seek=50000000 conv=notrunc status=none
        head -c 3000000 /dev/urandom >random
        printf a >$'new\nline "quoted" '"'single'"' ünï 日本'
        printf b >-- '--help' || printf b >./--help
        printf c >'$(id)`id`;id'
        setfattr -n user.note -v 'a value' d/e/file
        setfattr -n user.note -v 'of a directory' d
        setfacl -m u:1234:r,g:777:rw random
        setfacl -d -m u:1234:rx d/e
        chown 4242:4343 d/e/file
        chown -h 1:2 link
        chown 100000:100001 random
        chmod 4755 random
        chmod 2750 d/e
        chmod 1777 d
        chmod 0000 pipe
        touch -d '2001-02-03 04:05:06.123456789' d/e/file
        touch -h -d '2002-02-03 04:05:06.987654321' link
        touch -d '1969-12-31 23:00:00.5' d/empty
        touch -d '1999-01-01 00:00:00.000000001' d
        chown 33:44 .
        chmod 2751 .
        touch -d '2003-03-03 03:03:03.333333333' .
        """;

    [Fact(Timeout = 180_000)]
    public async Task A_copy_keeps_owners_modes_times_links_attributes_and_holes_and_has_an_identity_of_its_own()
    {
        var token = TestContext.Current.CancellationToken;
        var site = await VolumeSite.CreateAsync(installation, "cloned", SiteState.Stopped, ("content", VolumeKind.Files, "web"));
        await site.RunAsync(NastyTree, "content");
        var before = await site.FingerprintAsync("content");
        Assert.Contains("user.note", before, StringComparison.Ordinal);

        var operation = await site.CloneAsync("content", "copy");
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        Assert.Equal("cloned/content", operation.Target);
        Assert.Equal(before, await site.FingerprintAsync("copy"));
        Assert.Equal(before, await site.FingerprintAsync("content"));

        var copy = (await site.VolumesAsync()).Single(volume => volume.Name == "copy");
        var source = (await site.VolumesAsync()).Single(volume => volume.Name == "content");
        Assert.Equal((VolumeState.InUse, true, source.Id), (copy.State, copy.StandsAlone, copy.ClonedFrom));
        Assert.Equal((source.Files, source.ApparentBytes), (copy.Files, copy.ApparentBytes));
        Assert.Equal($"{copy.Id}", await site.RunAsync("cat /v/copy/.hp-volume", "copy"));
        Assert.Equal($"{source.Id}", await site.RunAsync("cat /v/content/.hp-volume", "content"));
        Assert.Equal("444 0 0", await site.RunAsync("stat -c '%a %u %g' /v/copy/.hp-volume", "copy"));
        var label = (await installation.Docker.Volumes.InspectAsync(copy.EngineName, token)).Labels["hp.volume"];
        Assert.Equal($"{copy.Id}", label);
    }

    [Fact(Timeout = 180_000)]
    public async Task What_vanishes_from_a_site_that_runs_is_left_out_and_nothing_else()
    {
        var site = await VolumeSite.CreateAsync(installation, "busy", SiteState.Running, ("content", VolumeKind.Files, "web"));
        await site.RunAsync("cd /v/content && mkdir keep churn && for i in $(seq 2000); do echo $i >keep/$i; done", "content");
        await using (
            await VolumeSite.StartAsync(
                installation,
                "cd /v/content/churn; while true; do for i in $(seq 50); do : >f$i; done; rm -f f*; done",
                [((await site.RowAsync("content")).EngineName, "content")]
            )
        )
        {
            var operation = await site.CloneAsync("content", "copy");
            Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        }

        var (source, copy) = (
            await site.RunAsync("cd /v/content/keep && sha256sum -- * | sha256sum", "content"),
            await site.RunAsync("cd /v/copy/keep && sha256sum -- * | sha256sum", "copy")
        );
        Assert.Equal(source, copy);
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_room_on_the_node_a_clone_is_refused_and_leaves_nothing()
    {
        var token = TestContext.Current.CancellationToken;
        var site = await VolumeSite.CreateAsync(installation, "roomless", SiteState.Stopped, ("content", VolumeKind.Files, "web"));
        await site.RunAsync("fallocate -l 8G /v/content/large", "content");
        var free = new DriveInfo("/").AvailableFreeSpace >> 20;
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync(settings =>
        {
            settings["Panel:MinFreeMegabytes"] = settings["Volumes:DangerMegabytes"] = $"{free - 4096}";
            // By a directory that is there the use case tells how much is free.
            settings["Uploads:Directory"] = Path.GetTempPath();
        });
        // How large it is nobody knows yet, so the operation finds out.
        var operation = await site.CloneAsync("content", "copy");
        Assert.Equal((OperationState.Failed, "no-disk-space"), (operation.State, operation.ErrorCode));
        Assert.Equal(["content"], (await site.VolumesAsync()).Select(volume => volume.Name));
        Assert.Single(await installation.LabelledAsync(site.Id, token), thing => thing.StartsWith("volume", StringComparison.Ordinal));

        // Now it is known, and refused at once.
        var refused = await site.Manager.CloneAsync(Actor.Panel, (await site.RowAsync("content")).Id, "copy", null, token);
        Assert.Equal("no-disk-space", refused.Problem?.Code);
        await installation.StopWorkerAsync();
        await installation.StartWorkerAsync();
        await site.RunAsync("rm /v/content/large && echo text >/v/content/small", "content");
        await site.MeasureAsync();
        // The name is free again.
        Assert.Equal(OperationState.Succeeded, (await site.CloneAsync("content", "copy")).State);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_cancelled_clone_is_taken_back()
    {
        var token = TestContext.Current.CancellationToken;
        var site = await VolumeSite.CreateAsync(installation, "broken-off", SiteState.Stopped, ("content", VolumeKind.Files, "web"));
        await site.RunAsync("cd /v/content && head -c 400M /dev/urandom | split -b 20k -a 5 -d", "content");
        var accepted = await site.Manager.CloneAsync(Actor.Panel, (await site.RowAsync("content")).Id, "copy", null, token);
        var operations = installation.Get<OperationService>();
        await foreach (var view in operations.WatchAsync(Actor.Panel, accepted.Value.Operation.Id, token))
        {
            if (view.Steps.Any(step => step is { Name: "copy", State: StepState.Running }))
            {
                break;
            }
        }

        Assert.Null((await operations.CancelAsync(Actor.Panel, accepted.Value.Operation.Id, idempotencyKey: null, token)).Problem);
        var operation = await installation.FinishAsync(accepted.Value.Operation.Id, token);
        Assert.Equal(OperationState.Cancelled, operation.State);
        Assert.Equal(["content"], (await site.VolumesAsync()).Select(volume => volume.Name));
        Assert.Equal([$"volume {(await site.RowAsync("content")).EngineName}"], await installation.LabelledAsync(site.Id, token));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_files_of_a_database_server_that_runs_are_not_copied()
    {
        var site = await VolumeSite.CreateAsync(installation, "torn", SiteState.Running, ("data", VolumeKind.Database, "db"));
        var refused = await site.Manager.CloneAsync(
            Actor.Panel,
            (await site.RowAsync("data")).Id,
            "copy",
            idempotencyKey: null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal("site-is-running", refused.Problem?.Code);
    }
}
