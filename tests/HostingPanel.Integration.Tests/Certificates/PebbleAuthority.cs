using System.Formats.Tar;
using System.Text;
using HostingPanel.Certificates;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Platform;

namespace HostingPanel.Integration.Tests.Certificates;

/// <summary>
/// A real ACME server, Let's Encrypt's own for tests (Pebble), as a service of the same swarm, with a DNS of its own in which every name leads to
/// the installation's gateway, but for one that leads nowhere.
/// </summary>
internal sealed class PebbleAuthority(TestInstallation installation)
{
    public const string Directory = "https://ca.acme.test:14000/dir";

    /// <summary>Another one at the same place, which gives an account only with an external account binding.</summary>
    public const string BoundDirectory = "https://ca.acme.test:14001/dir";
    public const string KeyId = "kid-1";
    public const string BindingKey = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
    public const string Nowhere = "nowhere.acme.test";

    /// <summary>Where lego's httpreq provider asks for records; the DNS itself speaks another tongue.</summary>
    public const string Records = "http://ca.acme.test:8056";

    private const string Serve = """
        for try in $(seq 120); do address=$(getent ahostsv4 "$GATEWAY" | awk 'NR == 1 { print $1 }') && [[ -n $address ]] && break; sleep 0.5; done
        [[ -n $address ]] || { echo "there is no gateway" >&2; exit 1; }
        cd /tmp
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj '/CN=ca.acme.test' \
            -addext 'subjectAltName=DNS:ca.acme.test' -keyout key.pem -out root.pem 2>/dev/null
        pebble-challtestsrv -defaultIPv4 "$address" -defaultIPv6 '' -dns01 127.0.0.1:8053 -http01 '' -https01 '' -tlsalpn01 '' -management 127.0.0.1:8055 >/dev/null &
        for try in $(seq 100); do curl -fs -d '{"host":"nowhere.acme.test","addresses":["127.0.0.1"]}' http://127.0.0.1:8055/add-a && break; sleep 0.1; done
        configure() { # PORT MANAGEMENT-PORT BINDING-REQUIRED
            printf '{"pebble":{"listenAddress":":%s","managementListenAddress":"127.0.0.1:%s","certificate":"root.pem","privateKey":"key.pem","httpPort":80,"tlsPort":443,
            "ocspResponderURL":"","externalAccountBindingRequired":%s,"externalAccountMACKeys":{"%s":"%s"}}}' "$@" "$KEY_ID" "$BINDING_KEY" >"$1.json"
        }
        configure 14000 15000 false
        configure 14001 15001 true
        perl -MIO::Socket::INET -e '
            my $door = IO::Socket::INET->new(LocalPort => 8056, Listen => 5, ReuseAddr => 1) or die;
            while (my $client = $door->accept) {
                my ($path, $length) = ("", 0);
                while (my $line = <$client>) { $path = $1 if $line =~ m{^POST (/\w+)}; $length = $1 if $line =~ /^content-length: (\d+)/i; last if $line =~ /^\r?\n/ }
                read $client, my $body, $length;
                $body =~ s/"fqdn"/"host"/;
                system "curl", "-fs", "-d", $body, "http://127.0.0.1:8055" . ($path eq "/present" ? "/set-txt" : "/clear-txt");
                print $client "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n";
                close $client;
            }' &
        # Its own habits are for testing clients, and lego is tested: no waiting, no good nonce refused.
        export PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0
        for port in 14000 14001; do pebble -config $port.json -dnsserver 127.0.0.1:8053 >/dev/null & done
        for port in 14000 14001; do
            for try in $(seq 200); do curl -fsk -o none https://127.0.0.1:$port/dir && break; sleep 0.1; done
        done
        echo "root $(base64 -w0 root.pem)"
        wait -n
        """;

    private string Name => $"{installation.Name}-ca";

    private string Image => $"{Name}:1";

    /// <summary>Starts it where the jobs reach it and it reaches the gateway; gives it as an authority.</summary>
    public async Task<NewCertificateAuthority> StartAsync(CancellationToken cancellationToken)
    {
        await BuildAsync(cancellationToken);
        var network = $"{installation.Name}-targets";
        await installation
            .Get<ISwarm>()
            .EnsureNetworkAsync(
                new NetworkDefinition(network, Subnet: null, new Ownership(null, null)) { LeadsOut = true },
                cancellationToken
            );
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["hp.installation"] = installation.Name };
        await installation.Docker.Services.CreateAsync(
            new ServiceSpec
            {
                Name = Name,
                Labels = labels,
                Mode = ServiceMode.Replicas(1),
                EndpointSpec = new EndpointSpec { Mode = EndpointMode.Dnsrr },
                TaskTemplate = new TaskSpec
                {
                    ContainerSpec = new ContainerSpec
                    {
                        Image = Image,
                        Labels = labels,
                        Env = [$"GATEWAY={installation.Name}-gateway", $"KEY_ID={KeyId}", $"BINDING_KEY={BindingKey}"],
                        Args = ["bash", "-euc", Serve],
                    },
                    Networks =
                    [
                        new NetworkAttachmentConfig { Target = network, Aliases = ["ca.acme.test"] },
                        new NetworkAttachmentConfig { Target = $"{installation.Name}-front" },
                    ],
                },
            },
            cancellationToken
        );
        return new NewCertificateAuthority("Pebble", Directory, "a@example.org", await RootAsync(cancellationToken), IsDefault: true);
    }

    /// <summary>Leaves nothing of it.</summary>
    public async Task RemoveAsync()
    {
        var none = CancellationToken.None;
        await installation.Get<ISwarm>().RemoveServiceAsync(Name, none);
        try
        {
            await installation.Docker.Images.RemoveAsync(Image, force: true, none);
        }
        catch (DockerNotFoundException)
        {
            // It was never built.
        }
    }

    private async Task<string> RootAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await foreach (var line in installation.Docker.Services.LogsAsync(Name, new LogOptions(), cancellationToken))
            {
                if (line.Text.Split(' ') is ["root", var text])
                {
                    return Encoding.ASCII.GetString(Convert.FromBase64String(text));
                }
            }
        }

        throw new InvalidOperationException("The authority never came.");
    }

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        var context = new MemoryStream();
        await using (var writer = new TarWriter(context, TarEntryFormat.Pax, leaveOpen: true))
        {
            var text = $"""
                FROM {installation.Images["toolbox"]}
                RUN apt-get update && apt-get install -y pebble openssl
                """;
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = new MemoryStream(Encoding.ASCII.GetBytes(text)) },
                cancellationToken
            );
        }

        context.Position = 0;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["hp.installation"] = installation.Name };
        var request = new ImageBuildRequest { Tags = [Image], Labels = labels };
        await foreach (var _ in installation.Docker.Images.BuildAsync(request, context, cancellationToken))
        {
            // What it says matters only when it fails, and then it throws.
        }
    }
}
