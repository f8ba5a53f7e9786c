using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using HostingPanel.Backups;
using HostingPanel.Images;
using HostingPanel.Operations;
using HostingPanel.Platform;
using Microsoft.Extensions.Options;

namespace HostingPanel.Certificates;

/// <summary>What an authority said.</summary>
/// <param name="Chain">The certificate with its issuers, as PEM; null when it gave none.</param>
/// <param name="Type">The last part of the error's URN (RFC 8555, section 6.7), such as <c>unauthorized</c>; null when it did not answer in its own words.</param>
/// <param name="Detail">Its words.</param>
/// <param name="Matter">What it answered to.</param>
internal sealed record AcmeAnswer(string? Chain, string? Type, string Detail, AcmeMatter Matter = AcmeMatter.Certificate);

/// <summary>What an authority is asked for.</summary>
internal enum AcmeMatter
{
    Certificate,

    /// <summary>An account, without which it gives no certificate.</summary>
    Account,

    /// <summary>An account, by an external account binding.</summary>
    Binding,
}

/// <summary>
/// Runs <c>hp-acme</c> of the toolbox, which asks an authority by lego. A job has the account's key and a way out, and none to any site's network;
/// the certificate's own key never leaves the worker.
/// </summary>
internal sealed partial class AcmeTool(
    ImageCatalogue images,
    AcmeAccounts accounts,
    CertificateStore store,
    IDnsLookup lookup,
    ISwarm swarm,
    IOptions<PanelOptions> options
)
{
    private const string AccountSecret = "acme-account";
    private const string DnsSecret = "acme-dns";
    private const string BindingSecret = "acme-binding";
    private const int Nobody = 65534;
    private static readonly ResourceLimits Limits = new(256L << 20, 500_000_000, 64);

    /// <summary>Waiting for a zone's name servers included.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(15);
    private readonly BackupNames _names = new(options.Value);

    /// <summary>Asks for a certificate of a host for this key. Doing it twice asks twice, and is as good.</summary>
    public async Task<AcmeAnswer> AskAsync(
        CertificateAuthority authority,
        DnsAccount? dns,
        string host,
        byte[] key,
        Ownership owner,
        CancellationToken cancellationToken
    )
    {
        var id = owner.OperationId!.Value;
        var network = new NetworkDefinition(_names.TargetsNetwork, Subnet: null, new Ownership(null, null)) { LeadsOut = true };
        await swarm.EnsureNetworkAsync(network, cancellationToken);
        var (account, credentials) = (_names.Job(AccountSecret, id), _names.Job(DnsSecret, id));
        await swarm.EnsureSecretAsync(new SecretDefinition(account, await accounts.OpenAsync(cancellationToken), owner), cancellationToken);
        List<SecretMount> secrets = [new(account, AccountSecret, Nobody, Nobody)];
        if (dns is not null)
        {
            await swarm.EnsureSecretAsync(
                new SecretDefinition(credentials, await store.OpenAsync(dns, cancellationToken), owner),
                cancellationToken
            );
            secrets.Add(new SecretMount(credentials, DnsSecret, Nobody, Nobody));
        }

        if (await store.OpenAsync(authority, cancellationToken) is { } lines)
        {
            var binding = _names.Job(BindingSecret, id);
            await swarm.EnsureSecretAsync(new SecretDefinition(binding, lines, owner), cancellationToken);
            secrets.Add(new SecretMount(binding, BindingSecret, Nobody, Nobody));
        }

        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HP_REQUEST"] = RequestFor(host, key) };
        if (authority.Roots is { } roots)
        {
            environment["HP_ROOTS"] = roots;
        }

        List<string> command = ["hp-acme", authority.Directory, authority.Email, dns?.Provider ?? "http"];
        if (authority.IsPrivate && dns?.ZoneOf(host) is { } zone && !await lookup.CanSeeZoneAsync(zone, cancellationToken))
        {
            // An authority of one's own knows zones that nobody here need know. Waiting for their servers to show the entry would be in vain.
            command.Add("unseen");
        }

        var image = images.Resolve("toolbox");
        if (!image.TryGet(out var reference, out var missing))
        {
            throw new StepFailedException(missing.Code, missing.Message);
        }

        var job = new JobDefinition(
            _names.Job("acme", id),
            id,
            new ContainerDefinition
            {
                Image = reference,
                Owner = owner,
                User = string.Create(CultureInfo.InvariantCulture, $"{Nobody}:{Nobody}"),
                Command = command,
                Environment = environment,
                Secrets = secrets,
                Networks = [new NetworkAttachment(network.Name, [])],
                Tmpfs = [new TmpfsMount("/tmp", 16L << 20)],
                Limits = Limits,
            },
            Timeout
        )
        {
            IsTool = true,
        };
        return AnswerOf(await swarm.RunJobAsync(job, cancellationToken));
    }

    /// <summary>Takes the secrets of an operation's job away again.</summary>
    public async Task TidyAsync(Guid operationId, CancellationToken cancellationToken)
    {
        await swarm.RemoveSecretAsync(_names.Job(AccountSecret, operationId), cancellationToken);
        await swarm.RemoveSecretAsync(_names.Job(DnsSecret, operationId), cancellationToken);
        await swarm.RemoveSecretAsync(_names.Job(BindingSecret, operationId), cancellationToken);
    }

    /// <summary>A signing request (PKCS 10) for one name, as PEM.</summary>
    private static string RequestFor(string host, byte[] key)
    {
        using var pair = ECDsa.Create();
        pair.ImportFromPem(Encoding.ASCII.GetString(key));
        // No common name: it has at most 64 letters, and a host may have more. Nobody has read it for years.
        var request = new CertificateRequest(new X500DistinguishedName(string.Empty), pair, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSigningRequestPem();
    }

    internal static AcmeAnswer AnswerOf(JobResult result)
    {
        if (result.ExitCode == 0 && JobLines.Read<ChainLine>(result).LastOrDefault()?.Certificate is { } chain)
        {
            return new AcmeAnswer(Encoding.ASCII.GetString(Convert.FromBase64String(chain)), Type: null, string.Empty);
        }

        var matter = result.ExitCode switch
        {
            3 => AcmeMatter.Account,
            4 => AcmeMatter.Binding,
            _ => AcmeMatter.Certificate,
        };
        // lego: [host] acme: error: 403 :: POST :: https://… :: urn:ietf:params:acme:error:unauthorized :: words
        foreach (var line in result.Error.Where(line => !line.Contains("retry due to", StringComparison.Ordinal)).Reverse())
        {
            if (ErrorPattern().Match(line) is { Success: true } error)
            {
                return new AcmeAnswer(Chain: null, error.Groups["type"].Value, Short(error.Groups["detail"].Value), matter);
            }
        }

        return new AcmeAnswer(Chain: null, Type: null, Short(JobLines.LastWords(result)));
    }

    private static string Short(string words)
    {
        var text = new string([.. words.Trim().Select(letter => char.IsControl(letter) ? ' ' : letter)]);
        return text.Length > 400 ? $"{text[..400]}…" : text;
    }

    [GeneratedRegex(
        "urn:ietf:params:acme:error:(?<type>[A-Za-z]{1,40}) :: (?<detail>.*)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex ErrorPattern();

    private sealed record ChainLine(string? Certificate);
}
