using System.CommandLine;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp certificates …</c>.</summary>
internal static class CertificateCommands
{
    /// <summary>Whether to wait for the end.</summary>
    public static readonly Option<bool> Wait = new("--wait") { Description = "Show each step and return when it has ended" };

    public static Command Build(HpCommand hp) =>
        new("certificates", "The certificates of host names, and who is asked for them")
        {
            List(hp),
            Ask(hp),
            Upload(hp),
            Forget(hp),
            PanelCertificateCommands.Build(hp),
            AuthorityCommands.Build(hp),
            AuthorityCommands.BuildDns(hp),
        };

    private static Argument<string> Site() => new("site") { Description = "The site" };

    private static Argument<string> Host() => new("host") { Description = "The host name" };

    private static Command List(HpCommand hp)
    {
        var site = new Option<string?>("--site") { Description = "Only those of one site" };
        var command = new Command("list", "Those that need somebody first") { site };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var all = parsed.GetValue(site) is { } slug
                    ? await session.Panel.Certificates.ListOfSiteAsync(slug, cancellationToken)
                    : await session.Panel.Certificates.ListAsync(cancellationToken);
                session.Output.WriteTable(
                    all.Items,
                    ["HOST", "SITE", "STATE", "ISSUER", "UNTIL", "RENEWED", "WORDS"],
                    certificate =>
                        [
                            certificate.Host,
                            certificate.Site ?? "the panel",
                            Output.Word(certificate.State),
                            certificate.Issuer,
                            Output.Time(certificate.NotAfter),
                            Output.Time(certificate.RenewAt),
                            certificate is { State: CertificateState.Good, Fault: null } ? null : certificate.Words,
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Ask(HpCommand hp)
    {
        var (site, host) = (Site(), Host());
        var authority = new Option<Guid?>("--authority") { Description = "Who is asked from now on; else whoever is asked now" };
        var command = new Command("ask", "Ask an authority for a new certificate at once") { site, host, authority, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Certificates.AskAsync(
                        parsed.GetValue(site)!,
                        parsed.GetValue(host)!,
                        new AskForCertificateRequest(parsed.GetValue(authority)),
                        Keys.New(),
                        cancellationToken
                    ),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Upload(HpCommand hp)
    {
        var (site, host) = (Site(), Host());
        var chain = new Option<string>("--certificate-file") { Description = "It and those of its issuers, as PEM", Required = true };
        var key = new Option<string>("--key-file") { Description = "Its private key, as PEM without a password", Required = true };
        var command = new Command("upload", "Serve a host name with a certificate of one's own") { site, host, chain, key, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Certificates.UploadAsync(
                        parsed.GetValue(site)!,
                        parsed.GetValue(host)!,
                        new UploadCertificateRequest(
                            await ReadAsync(parsed.GetValue(chain)!, cancellationToken),
                            await ReadAsync(parsed.GetValue(key)!, cancellationToken)
                        ),
                        cancellationToken
                    ),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Forget(HpCommand hp)
    {
        var (site, host) = (Site(), Host());
        var command = new Command("forget", "Take an uploaded certificate away; an authority is asked again") { site, host, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Certificates.ForgetAsync(parsed.GetValue(site)!, parsed.GetValue(host)!, cancellationToken),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    /// <summary>A file's text.</summary>
    /// <exception cref="UsageException">It can't be read.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} can't be read: {failure.Message}");
        }
    }
}
