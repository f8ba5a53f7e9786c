using System.Formats.Tar;
using System.Text;
using HostingPanel.Backups;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Platform;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>Places elsewhere to keep backups at: OpenSSH's server and restic's own, as a service of the same swarm.</summary>
internal sealed class FarServers(TestInstallation installation)
{
    public const string Host = "far.backup.test";
    public const string Word = "word-of-backup-canary";

    /// <summary>Where a small disk is that is almost full until <see cref="MakeRoomAsync"/>.</summary>
    public const string SmallDisk = "/srv/small";

    private const string RoomAsked = "room-asked";

    /// <summary>Makes its keys, tells them, and serves both.</summary>
    private const string Serve = """
        mkdir -p /run/sshd /root/.ssh /srv/sftp /srv/rest
        ssh-keygen -q -t ed25519 -N '' -f /run/client
        ssh-keygen -q -t ed25519 -N '' -f /run/host
        cp /run/client.pub /root/.ssh/authorized_keys
        printf 'far.backup.test %s\n' "$(</run/host.pub)" >/run/known-hosts
        /usr/sbin/sshd -h /run/host -o PasswordAuthentication=no -o StrictModes=no -o 'Subsystem=sftp internal-sftp'
        printf 'backup:%s\n' "$(perl -e 'print crypt("word-of-backup-canary", q($2y$05$abcdefghijklmnopqrstuu))')" >/srv/rest/.htpasswd
        # A disk with room for the beginnings of a repository, and for no site.
        free=$(($(df --output=avail --block-size=1 /srv/small | tail -n 1) - 1500000))
        head -c "$free" /dev/zero >/srv/small/of-others
        (until [[ -e /run/room-asked ]]; do sleep 0.2; done; rm /srv/small/of-others) &
        # Whoever asks here waits for each byte of the answer: a target that is there, and of no use.
        perl -MIO::Socket::INET -e '
            my $door = IO::Socket::INET->new(LocalPort => 8001, Listen => 5, ReuseAddr => 1) or die;
            $SIG{CHLD} = "IGNORE";
            while (my $client = $door->accept) {
                next if fork;
                my $server = IO::Socket::INET->new("127.0.0.1:8000") or exit;
                if (fork) { while (sysread $server, my $byte, 1) { select undef, undef, undef, 2; syswrite $client, $byte or exit } exit }
                while (sysread $client, my $some, 65536) { syswrite $server, $some or exit }
                exit;
            }' &
        echo "client $(base64 -w0 /run/client)"
        echo "known-hosts $(base64 -w0 /run/known-hosts)"
        exec restic-rest-server --path /srv/rest --listen :8000 --private-repos
        """;

    /// <summary>On which they are reached.</summary>
    public string Network => $"{installation.Name}-targets";

    private string Image => $"{installation.Name}-far:1";

    /// <summary>The REST server as a target.</summary>
    public static NewBackupTarget Rest(string name, string password = Word) =>
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

    /// <summary>Starts the servers where the jobs reach them; gives the SFTP server as a target.</summary>
    public async Task<NewBackupTarget> StartAsync(string name, CancellationToken cancellationToken)
    {
        await BuildAsync(cancellationToken);
        var (client, knownHosts) = await ServeAsync(cancellationToken);
        return new NewBackupTarget(
            name,
            TargetKind.Sftp,
            Host,
            User: "root",
            Path: "/srv/sftp",
            Credentials: Of("sshKey", client, "sshKnownHosts", knownHosts)
        );
    }

    /// <summary>The client's key, and the hosts that are known.</summary>
    private async Task<(string Client, string KnownHosts)> ServeAsync(CancellationToken cancellationToken)
    {
        await installation
            .Get<ISwarm>()
            .EnsureNetworkAsync(
                new NetworkDefinition(Network, Subnet: null, new Ownership(null, null)) { LeadsOut = true },
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
                        Image = Image,
                        Labels = labels,
                        Args = ["bash", "-euc", Serve],
                        Mounts =
                        [
                            new Mount
                            {
                                Type = MountType.Tmpfs,
                                Target = SmallDisk,
                                TmpfsOptions = new TmpfsOptions { SizeBytes = 96L << 20 },
                            },
                        ],
                    },
                    Networks = [new NetworkAttachmentConfig { Target = Network, Aliases = [Host] }],
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

    /// <summary>Makes room on the small disk, and returns when it is there.</summary>
    public async Task MakeRoomAsync(CancellationToken cancellationToken)
    {
        var service = Filters.Label("com.docker.swarm.service.name", $"{installation.Name}-far");
        var container = Assert.Single(await installation.Docker.Containers.ListAsync(all: false, service, cancellationToken)).Id;
        using var asked = new MemoryStream();
        await using (var writer = new TarWriter(asked, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, RoomAsked), cancellationToken);
        }

        asked.Position = 0;
        await installation.Docker.Containers.PutArchiveAsync(container, "/run", asked, cancellationToken);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await (
                    await installation.Docker.Containers.GetArchiveAsync(container, $"{SmallDisk}/of-others", cancellationToken)
                ).DisposeAsync();
            }
            catch (DockerNotFoundException)
            {
                return;
            }
        }
    }

    private async Task BuildAsync(CancellationToken cancellationToken)
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
                new ImageBuildRequest { Tags = [Image], Labels = labels },
                context,
                cancellationToken
            )
        )
        {
            // What it says matters only when it fails, and then it throws.
        }
    }

    /// <summary>Leaves nothing of them.</summary>
    public async Task RemoveAsync()
    {
        var none = CancellationToken.None;
        var name = $"{installation.Name}-far";
        await installation.Get<ISwarm>().RemoveServiceAsync(name, none);
        try
        {
            await installation.Docker.Images.RemoveAsync(Image, force: true, none);
        }
        catch (DockerNotFoundException)
        {
            // It was never built.
        }
    }
}
