using System.Formats.Tar;
using System.Text;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Docker;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>
/// <c>hp-restic</c> with targets elsewhere: OpenSSH's server and restic's own, both from Debian. Debian has no server that speaks S3.
/// </summary>
[Collection(ToolboxTests.Name)]
public sealed class ToolboxOffsiteTests(ToolboxFixture toolbox)
{
    /// <summary>Makes its keys, tells the public halves, and serves both.</summary>
    private const string Serve = """
        mkdir -p /run/sshd /root/.ssh /srv/sftp /srv/rest
        ssh-keygen -q -t ed25519 -N '' -f /keys/client
        ssh-keygen -q -t ed25519 -N '' -f /run/host
        cp /keys/client.pub /root/.ssh/authorized_keys
        printf 'far %s\n' "$(</run/host.pub)" >/keys/known-hosts
        /usr/sbin/sshd -h /run/host -o PasswordAuthentication=no -o StrictModes=no -o 'Subsystem=sftp internal-sftp'
        printf 'backup:%s\n' "$(perl -e 'print crypt("word-of-backup", q($2y$05$abcdefghijklmnopqrstuu))')" >/srv/rest/.htpasswd
        exec restic-rest-server --path /srv/rest --listen :8000 --private-repos
        """;

    [Fact(Timeout = 300_000)]
    public async Task A_site_is_backed_up_to_SFTP_and_to_REST_and_who_may_not_is_told_so()
    {
        toolbox.Require();
        var token = TestContext.Current.CancellationToken;
        var image = $"{toolbox.Network}/far:1";
        try
        {
            await BuildAsync(image, token);
            var keys = await StartAsync(image, token);
            (string Name, string Value)[] good =
            [
                (
                    "target-credentials",
                    $"""
                    SSH_KEY={await Base64Async(keys, "client")}
                    SSH_KNOWN_HOSTS={await Base64Async(keys, "known-hosts")}
                    RESTIC_REST_USERNAME=backup
                    RESTIC_REST_PASSWORD=word-of-backup
                    """
                ),
            ];
            foreach (
                var address in new[]
                {
                    "sftp:root@far:/srv/sftp/one",
                    "sftp://root@far:22//srv/sftp/two",
                    "rest:http://far:8000/backup/site/",
                }
            )
            {
                var repository = new ToolboxRepository(toolbox, address, good);
                (await repository.RunAsync("identity")).FailedAs("repository-missing");
                (await repository.RunAsync("init")).Well();
                (await repository.RunAsync("init")).FailedAs("repository-exists");
                await repository.BackUpAsync();
                var snapshot = await repository.BackUpAsync();
                var read = (await repository.ReadBackAsync(snapshot)).Well();
                Assert.True(read.Last.GetProperty("packs").GetInt32() > 0, read.ToString());
                var restored = toolbox.Place();
                (
                    await repository.RunAsync(
                        setup => setup with { Mounts = [.. setup.Mounts, (restored, "/new")] },
                        "restore",
                        snapshot,
                        "/volumes/files",
                        "/new"
                    )
                ).Well();
                Assert.Equal(
                    await File.ReadAllBytesAsync(Path.Combine(repository.Files, "picture"), token),
                    await File.ReadAllBytesAsync(Path.Combine(restored, "picture"), token)
                );
            }

            await EmptiedAsync(new ToolboxRepository(toolbox, "rest:http://far:8000/backup/other/", good));

            // (What ssh itself says comes at its own pace, and may come too late to be told.)
            // Another host key than the known one, a key that was taken away, a password that was changed, a name nobody knows.
            await RefusedAsync(
                "sftp:root@far:/srv/sftp/one",
                $"SSH_KEY={await Base64Async(keys, "client")}\nSSH_KNOWN_HOSTS={await Base64Async(keys, "client.pub")}",
                "unreachable",
                "could not be reached, or refused"
            );
            await RefusedAsync("sftp:nobody@far:/srv/sftp/one", good[0].Value, "unreachable", "could not be reached, or refused");
            await RefusedAsync("sftp:root@far:/srv/sftp/one", "", "failed", "needs SSH_KEY");
            await RefusedAsync(
                "rest:http://far:8000/backup/site/",
                "RESTIC_REST_USERNAME=backup\nRESTIC_REST_PASSWORD=old-word",
                "unreachable",
                "401"
            );
            await RefusedAsync("rest:http://far:8000/backup/site/", "LD_PRELOAD=/x\n", "failed", "not known");
        }
        finally
        {
            await RemoveAsync(image);
        }

        async Task RefusedAsync(string address, string credentials, string error, string cause)
        {
            var ran = await new ToolboxRepository(toolbox, address, [("target-credentials", credentials)]).RunAsync("identity");
            ran.FailedAs(error).Failed(cause);
            Assert.DoesNotContain("old-word", ran.ToString(), StringComparison.Ordinal);
        }

        // Elsewhere there is no directory to be taken away: what is in it goes, and nothing is left but what says so.
        static async Task EmptiedAsync(ToolboxRepository repository)
        {
            var id = (await repository.RunAsync("init")).Well().Last.GetProperty("repository").GetString()!;
            await repository.BackUpAsync();
            (await repository.RunAsync("empty", new string('0', 64))).FailedAs("failed").Failed("another repository");
            (await repository.RunAsync("empty", id)).Well();
            Assert.Equal(0, (await repository.RunAsync("list")).Well().Last.GetProperty("count").GetInt32());
            (await repository.RunAsync("empty", id)).Well();
        }

        static async Task<string> Base64Async(string keys, string name) =>
            Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(keys, name)));
    }

    private async Task BuildAsync(string image, CancellationToken cancellationToken)
    {
        var context = new MemoryStream();
        await using (var writer = new TarWriter(context, TarEntryFormat.Pax, leaveOpen: true))
        {
            var text = $"""
                FROM {toolbox.Image}
                RUN apt-get update && apt-get install -y openssh-server restic-rest-server
                """;
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = new MemoryStream(Encoding.ASCII.GetBytes(text)) },
                cancellationToken
            );
        }

        context.Position = 0;
        await foreach (
            var _ in toolbox.Docker.Images.BuildAsync(
                new ImageBuildRequest { Tags = [image], Labels = toolbox.Labels },
                context,
                cancellationToken
            )
        )
        {
            // What it says matters only when it fails, and then it throws.
        }
    }

    /// <summary>Starts the servers under the name <c>far</c>; gives the directory of their keys.</summary>
    private async Task<string> StartAsync(string image, CancellationToken cancellationToken)
    {
        var keys = toolbox.Place();
        var created = await toolbox.Docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Image = image,
                Cmd = ["bash", "-euc", Serve],
                Labels = toolbox.Labels,
                HostConfig = new HostConfig
                {
                    NetworkMode = toolbox.Network,
                    Mounts =
                    [
                        new Mount
                        {
                            Type = MountType.Bind,
                            Source = keys,
                            Target = "/keys",
                        },
                    ],
                },
                NetworkingConfig = new NetworkingConfig
                {
                    EndpointsConfig = new Dictionary<string, EndpointSettings>(StringComparer.Ordinal)
                    {
                        [toolbox.Network] = new EndpointSettings { Aliases = ["far"] },
                    },
                },
            },
            cancellationToken
        );
        await toolbox.Docker.Containers.StartAsync(created.Id, cancellationToken);
        await DockerEngineFixture.EventuallyAsync("The start of the servers", ServesAsync, cancellationToken);
        return keys;

        async Task<object?> ServesAsync(CancellationToken asked)
        {
            await foreach (var line in toolbox.Docker.Containers.LogsAsync(created.Id, new LogOptions(), asked))
            {
                if (line.Text.Contains("start server on", StringComparison.Ordinal))
                {
                    return line;
                }
            }

            return null;
        }
    }

    /// <summary>The image goes with its containers.</summary>
    private async Task RemoveAsync(string image)
    {
        foreach (
            var container in await toolbox.Docker.Containers.ListAsync(
                all: true,
                Filters.Label("hpt.run", toolbox.Labels["hpt.run"]),
                CancellationToken.None
            )
        )
        {
            await toolbox.Docker.Containers.RemoveAsync(container.Id, force: true, volumes: true, CancellationToken.None);
        }

        await toolbox.Docker.Images.RemoveAsync(image, force: true, CancellationToken.None);
    }
}
