using System.Formats.Tar;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Docker;
using HostingPanel.Integration.Tests.Sites;

namespace HostingPanel.Integration.Tests.Mail;

/// <summary>
/// A real mail server (OpenSMTPD) in a container: at port 587 it wants TLS, a user and a password, at port 25 it takes what comes. What it
/// takes lies in one mailbox.
/// </summary>
internal sealed class MailHost : IAsyncDisposable
{
    public const string User = "panel";
    public const string Password = "mail-canary-word";

    private const string Serve = """
        mkdir -p /etc/mail.d
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail.test -addext "subjectAltName=IP:$(hostname -i)" \
            -keyout /etc/mail.d/key.pem -out /etc/mail.d/cert.pem 2>/dev/null
        chmod 600 /etc/mail.d/key.pem
        useradd -m keeper
        printf 'panel %s\n' "$(smtpctl encrypt mail-canary-word)" >/etc/mail.d/credentials
        printf '@ keeper\n' >/etc/mail.d/virtuals
        cat >/etc/smtpd.conf <<END
        pki mail cert "/etc/mail.d/cert.pem"
        pki mail key "/etc/mail.d/key.pem"
        table credentials file:/etc/mail.d/credentials
        table virtuals file:/etc/mail.d/virtuals
        listen on 0.0.0.0 port 25
        listen on 0.0.0.0 port 587 tls-require pki mail auth <credentials>
        action keep maildir "/home/keeper/mail" virtual <virtuals>
        match from any for any action keep
        END
        echo "certificate $(base64 -w0 /etc/mail.d/cert.pem)"
        exec smtpd -d
        """;

    private readonly DockerClient _docker = new(new DockerClientOptions());
    private readonly string _name = $"hpt-{RandomNumberGenerator.GetHexString(8, lowercase: true)}-mail";
    private string? _container;

    private MailHost() { }

    /// <summary>Where it listens.</summary>
    public string Address { get; private set; } = string.Empty;

    /// <summary>What it shows; nobody on this machine trusts it.</summary>
    public X509Certificate2 Certificate { get; private set; } = null!;

    private string Image => $"{_name}:1";

    private Dictionary<string, string> Labels => new(StringComparer.Ordinal) { ["hpt.run"] = _name };

    /// <summary>Starts one, or skips the test and says why.</summary>
    public static async Task<MailHost> StartAsync(CancellationToken cancellationToken)
    {
        if (!TestInstallation.BuiltImages().TryGetValue("toolbox", out var toolbox))
        {
            Assert.Skip("HP_TEST_IMAGES names no list of built images; ./panel test builds them.");
        }

        var host = new MailHost();
        try
        {
            await host.BuildAsync(toolbox, cancellationToken);
            await host.RunAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it has taken, as it came.</summary>
    /// <param name="count">How many messages are waited for.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<IReadOnlyList<string>> MessagesAsync(int count, CancellationToken cancellationToken) =>
        DockerEngineFixture.EventuallyAsync<IReadOnlyList<string>>(
            $"The arrival of {count} messages",
            async asked =>
            {
                var messages = new List<string>();
                await using var archive = await _docker.Containers.GetArchiveAsync(_container!, "/home/keeper", asked);
                await using var reader = new TarReader(archive);
                while (await reader.GetNextEntryAsync(copyData: true, asked) is { } entry)
                {
                    if (
                        entry is { EntryType: TarEntryType.RegularFile, DataStream: { } data }
                        && entry.Name.Contains("/mail/new/", StringComparison.Ordinal)
                    )
                    {
                        using var text = new StreamReader(data, Encoding.UTF8);
                        messages.Add(await text.ReadToEndAsync(asked));
                    }
                }

                return messages.Count >= count ? messages : null;
            },
            cancellationToken
        );

    /// <summary>Leaves nothing of it.</summary>
    public async ValueTask DisposeAsync()
    {
        var none = CancellationToken.None;
        if (_container is { } id)
        {
            await _docker.Containers.RemoveAsync(id, force: true, volumes: true, none);
        }

        try
        {
            await _docker.Images.RemoveAsync(Image, force: true, none);
        }
        catch (DockerNotFoundException)
        {
            // It was never built.
        }

        Certificate?.Dispose();
        await _docker.DisposeAsync();
    }

    private async Task BuildAsync(string toolbox, CancellationToken cancellationToken)
    {
        var context = new MemoryStream();
        await using (var writer = new TarWriter(context, TarEntryFormat.Pax, leaveOpen: true))
        {
            var text = $"FROM {toolbox}\nRUN apt-get update && apt-get install -y --no-install-recommends opensmtpd openssl\n";
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = new MemoryStream(Encoding.ASCII.GetBytes(text)) },
                cancellationToken
            );
        }

        context.Position = 0;
        await foreach (
            var _ in _docker.Images.BuildAsync(new ImageBuildRequest { Tags = [Image], Labels = Labels }, context, cancellationToken)
        )
        {
            // What it says matters only when it fails, and then it throws.
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        _container = (
            await _docker.Containers.CreateAsync(
                new ContainerCreateRequest
                {
                    Image = Image,
                    Labels = Labels,
                    Cmd = ["bash", "-euc", Serve],
                },
                cancellationToken
            )
        ).Id;
        await _docker.Containers.StartAsync(_container, cancellationToken);
        var shown = await DockerEngineFixture.EventuallyAsync(
            "The mail server's certificate",
            async asked =>
            {
                await foreach (var line in _docker.Containers.LogsAsync(_container, new LogOptions(), asked))
                {
                    if (line.Text.Split(' ') is ["certificate", var text])
                    {
                        return text;
                    }
                }

                return null;
            },
            cancellationToken
        );
        Certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(shown)));
        var networks = (await _docker.Containers.InspectAsync(_container, cancellationToken)).NetworkSettings!.Networks!;
        Address = networks.Values.First().IpAddress!;
        // The port that it opens last.
        await DockerEngineFixture.EventuallyAsync(
            "The mail server",
            async asked =>
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(Address, 587, asked);
                    return this;
                }
                catch (SocketException)
                {
                    return null;
                }
            },
            cancellationToken
        );
    }
}
