using System.Formats.Tar;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>Restore points of a real WordPress at targets elsewhere: OpenSSH's server and restic's own, as services of the same swarm.</summary>
[Collection(InstallationTests.Name)]
public sealed class OffsiteTargetTests(TestInstallation installation)
{
    private const string Host = "far.backup.test";
    private const string Word = "word-of-backup-canary";

    /// <summary>Makes its keys, tells them, and serves both.</summary>
    private const string Serve = """
        mkdir -p /run/sshd /root/.ssh /srv/sftp /srv/rest
        ssh-keygen -q -t ed25519 -N '' -f /run/client
        ssh-keygen -q -t ed25519 -N '' -f /run/host
        cp /run/client.pub /root/.ssh/authorized_keys
        printf 'far.backup.test %s\n' "$(</run/host.pub)" >/run/known-hosts
        /usr/sbin/sshd -h /run/host -o PasswordAuthentication=no -o StrictModes=no -o 'Subsystem=sftp internal-sftp'
        printf 'backup:%s\n' "$(perl -e 'print crypt("word-of-backup-canary", q($2y$05$abcdefghijklmnopqrstuu))')" >/srv/rest/.htpasswd
        echo "client $(base64 -w0 /run/client)"
        echo "known-hosts $(base64 -w0 /run/known-hosts)"
        exec restic-rest-server --path /srv/rest --listen :8000 --private-repos
        """;

    [Fact(Timeout = 580_000)]
    public async Task A_site_is_kept_at_targets_elsewhere_and_one_that_refuses_is_named_and_stops_nobody()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var image = $"{installation.Name}-far:1";
        var targets = installation.Get<TargetService>();
        var added = new List<Guid>();
        try
        {
            var (client, knownHosts) = await StartAsync(image, token);
            var sftp = await AddAsync(
                new NewBackupTarget(
                    "far-sftp",
                    TargetKind.Sftp,
                    Host,
                    User: "root",
                    Path: "/srv/sftp",
                    Credentials: Of("sshKey", client, "sshKnownHosts", knownHosts)
                )
            );
            var rest = await AddAsync(Rest("far-rest", Word));
            var refusing = await AddAsync(Rest("far-refusing", "another-word"));

            foreach (var good in (Guid[])[sftp, rest, sftp])
            {
                var tested = await TestAsync(good);
                Assert.True(tested.State == OperationState.Succeeded, tested.ErrorMessage);
            }

            var refused = await TestAsync(refusing);
            Assert.Equal((OperationState.Failed, "target-unreachable"), (refused.State, refused.ErrorCode));

            var site = await BackupSite.CreateAsync(installation, "kept-far");
            var (operation, point) = await site.TakeAsync();
            Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
            Assert.Equal(RestorePointState.Good, point.State);
            Assert.Equal(
                [("far-refusing", false, "target-unreachable"), ("far-rest", true, null), ("far-sftp", true, null), ("local", true, null)],
                point.Copies.Select(copy => (copy.Target, copy.ReadBackAt is not null, copy.FaultCode))
            );
            Assert.DoesNotContain(await site.LabelledAsync(), thing => thing.Contains("repo-", StringComparison.Ordinal));

            var asked = await installation
                .Get<RestoreService>()
                .RestoreAsNewAsync(Actor.Panel, site.Slug, point.Id, new RestoreAsNewSite("back-from-far", "far-sftp"), null, token);
            Assert.Null(asked.Problem);
            var restored = await installation.FinishAsync(asked.Value.Operation.Id, token);
            Assert.True(restored.State == OperationState.Succeeded, restored.ErrorMessage);

            // What lets one in is written nowhere where it can be read.
            await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token);
            var told = await context.OperationLog.Select(line => line.Text).ToListAsync(token);
            Assert.DoesNotContain(
                told,
                line => line.Contains(Word, StringComparison.Ordinal) || line.Contains("another-word", StringComparison.Ordinal)
            );
            var stored = await context
                .BackupTargets.Where(target => target.Credentials != null)
                .Select(target => target.Credentials!)
                .ToListAsync(token);
            Assert.All(stored, box => Assert.DoesNotContain("word", Encoding.Latin1.GetString(box), StringComparison.Ordinal));
            await (await BackupSite.FindAsync(installation, "back-from-far")).PurgeAsync();
            await site.PurgeAsync();
        }
        finally
        {
            foreach (var id in added)
            {
                await targets.RetireAsync(Actor.Panel, id, CancellationToken.None);
            }

            await RemoveAsync(image);
        }

        async Task<Guid> AddAsync(NewBackupTarget target)
        {
            var made = await targets.AddAsync(Actor.Panel, target, idempotencyKey: null, token);
            Assert.Null(made.Problem);
            added.Add(made.Value.Id);
            return made.Value.Id;
        }

        async Task<OperationView> TestAsync(Guid id)
        {
            var queued = await targets.TestAsync(Actor.Panel, id, idempotencyKey: null, token);
            Assert.Null(queued.Problem);
            return await installation.FinishAsync(queued.Value.Id, token);
        }
    }

    [Fact(Timeout = 200_000)]
    public async Task The_local_target_can_be_tested_and_nothing_of_the_test_stays()
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var targets = installation.Get<TargetService>();
        var local = (await targets.ListAsync(Actor.Panel, token)).Value.Single(target => target.Kind == TargetKind.Local);
        var queued = await targets.TestAsync(Actor.Panel, local.Id, idempotencyKey: null, token);
        var tested = await installation.FinishAsync(queued.Value.Id, token);
        Assert.True(tested.State == OperationState.Succeeded, tested.ErrorMessage);
        Assert.NotNull((await targets.ListAsync(Actor.Panel, token)).Value.Single(target => target.Id == local.Id).LastSuccessAt);
        Assert.DoesNotContain(
            await installation.Docker.Volumes.ListAsync(installation.Mine, token),
            volume => volume.Name.Contains("scratch", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            await installation.Docker.Secrets.ListAsync(installation.Mine, token),
            secret => secret.Spec.Name.Contains("repo-", StringComparison.Ordinal)
        );
    }

    private static NewBackupTarget Rest(string name, string password) =>
        new(
            name,
            TargetKind.Rest,
            Host,
            8000,
            Path: "/backup",
            UsesTls: false,
            Credentials: Of("username", "backup", "password", password)
        );

    private static Dictionary<string, string> Of(string one, string first, string two, string second) =>
        new(StringComparer.Ordinal) { [one] = first, [two] = second };

    /// <summary>Starts the servers where the jobs reach them; gives the client's key and the hosts that are known.</summary>
    private async Task<(string Client, string KnownHosts)> StartAsync(string image, CancellationToken cancellationToken)
    {
        await BuildAsync(image, cancellationToken);
        var network = $"{installation.Name}-targets";
        await installation
            .Get<ISwarm>()
            .EnsureNetworkAsync(
                new NetworkDefinition(network, Subnet: null, new Ownership(null, null)) { LeadsOut = true },
                cancellationToken
            );
        var name = $"{installation.Name}-far";
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["hp.installation"] = installation.Name };
        await installation.Docker.Services.CreateAsync(
            new ServiceSpec
            {
                Name = name,
                Labels = labels,
                Mode = ServiceMode.Replicas(1),
                EndpointSpec = new EndpointSpec { Mode = EndpointMode.Dnsrr },
                TaskTemplate = new TaskSpec
                {
                    ContainerSpec = new ContainerSpec
                    {
                        Image = image,
                        Labels = labels,
                        Args = ["bash", "-euc", Serve],
                    },
                    Networks = [new NetworkAttachmentConfig { Target = network, Aliases = [Host] }],
                },
            },
            cancellationToken
        );
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var told = new Dictionary<string, string>(StringComparer.Ordinal);
            await foreach (var line in installation.Docker.Services.LogsAsync(name, new LogOptions(), cancellationToken))
            {
                if (line.Text.Split(' ') is ["client" or "known-hosts", var text])
                {
                    told[line.Text.Split(' ')[0]] = Encoding.ASCII.GetString(Convert.FromBase64String(text));
                }
            }

            if (told.Count == 2)
            {
                return (told["client"], told["known-hosts"]);
            }
        }

        throw new InvalidOperationException("The servers never came.");
    }

    private async Task BuildAsync(string image, CancellationToken cancellationToken)
    {
        var context = new MemoryStream();
        await using (var writer = new TarWriter(context, TarEntryFormat.Pax, leaveOpen: true))
        {
            var text = $"""
                FROM {installation.Images["toolbox"]}
                RUN apt-get update && apt-get install -y openssh-server restic-rest-server
                """;
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = new MemoryStream(Encoding.ASCII.GetBytes(text)) },
                cancellationToken
            );
        }

        context.Position = 0;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["hp.installation"] = installation.Name };
        await foreach (
            var _ in installation.Docker.Images.BuildAsync(
                new ImageBuildRequest { Tags = [image], Labels = labels },
                context,
                cancellationToken
            )
        )
        {
            // What it says matters only when it fails, and then it throws.
        }
    }

    private async Task RemoveAsync(string image)
    {
        var none = CancellationToken.None;
        var name = $"{installation.Name}-far";
        await installation.Get<ISwarm>().RemoveServiceAsync(name, none);
        try
        {
            await installation.Docker.Images.RemoveAsync(image, force: true, none);
        }
        catch (DockerNotFoundException)
        {
            // It was never built.
        }
    }
}
