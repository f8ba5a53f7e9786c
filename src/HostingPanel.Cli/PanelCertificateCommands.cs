using System.CommandLine;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp certificates panel …</c>.</summary>
internal static class PanelCertificateCommands
{
    public static Command Build(HpCommand hp) => new("panel", "The certificate of the panel's own name") { Upload(hp), Forget(hp) };

    private static Command Upload(HpCommand hp)
    {
        var chain = new Option<string>("--certificate-file") { Description = "It and those of its issuers, as PEM", Required = true };
        var key = new Option<string>("--key-file") { Description = "Its private key, as PEM without a password", Required = true };
        var command = new Command("upload", "Serve the panel's own name with a certificate of one's own")
        {
            chain,
            key,
            CertificateCommands.Wait,
        };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Certificates.UploadForPanelAsync(
                        new UploadCertificateRequest(
                            await CertificateCommands.ReadAsync(parsed.GetValue(chain)!, cancellationToken),
                            await CertificateCommands.ReadAsync(parsed.GetValue(key)!, cancellationToken)
                        ),
                        cancellationToken
                    ),
                    parsed.GetValue(CertificateCommands.Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Forget(HpCommand hp)
    {
        var command = new Command("forget", "Take the uploaded certificate away; an authority is asked, where one certifies the name")
        {
            CertificateCommands.Wait,
        };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Certificates.ForgetForPanelAsync(cancellationToken),
                    parsed.GetValue(CertificateCommands.Wait),
                    cancellationToken
                )
        );
        return command;
    }
}
