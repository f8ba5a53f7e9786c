using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp certificates authorities …</c> and <c>hp certificates dns …</c>.</summary>
internal static class AuthorityCommands
{
    public static Command Build(HpCommand hp) =>
        new("authorities", "Who is asked for certificates") { List(hp), Add(hp), Bind(hp), MakeDefault(hp), Remove(hp) };

    public static Command BuildDns(HpCommand hp) =>
        new("dns", "Accounts at DNS providers, by which names are validated") { ListDns(hp), AddDns(hp), RemoveDns(hp) };

    private static Argument<Guid> Id() => new("id");

    private static Option<T> KeyId<T>() =>
        new("--key-id") { Description = "For one that wants an external account binding: the key id that it shows you" };

    private static Option<T> KeyFile<T>() =>
        new("--key-file") { Description = "The key that belongs to it (HMAC), in base64url: never an argument" };

    private static Command List(HpCommand hp)
    {
        var command = new Command("list", "All of them, the default one first");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                var all = await session.Panel.Certificates.ListAuthoritiesAsync(cancellationToken);
                session.Output.WriteTable(
                    all.Items,
                    ["ID", "NAME", "DIRECTORY", "DEFAULT", "CERTIFICATES", "PAUSED UNTIL"],
                    authority =>
                        [
                            authority.Id.ToString(),
                            authority.Name,
                            authority.Directory,
                            authority.Default ? "yes" : null,
                            authority.Certificates.ToString(CultureInfo.InvariantCulture),
                            Output.Time(authority.PausedUntil),
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Add(HpCommand hp)
    {
        var name = new Argument<string>("name") { Description = "As people call it" };
        var directory = new Option<string>("--directory") { Description = "The address of its ACME directory", Required = true };
        var email = new Option<string>("--email") { Description = "Whom it writes to", Required = true };
        var roots = new Option<string?>("--roots-file") { Description = "For one of your own: the roots by which its address is trusted" };
        var (keyId, keyFile) = (KeyId<string?>(), KeyFile<string?>());
        var isDefault = new Option<bool>("--default") { Description = "Ask it where nothing else is said" };
        var command = new Command("add", "Ask an authority for certificates; this agrees to its terms of service")
        {
            name,
            directory,
            email,
            roots,
            keyId,
            keyFile,
            isDefault,
        };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var request = new NewCertificateAuthorityRequest(
                    parsed.GetValue(name),
                    parsed.GetValue(directory),
                    parsed.GetValue(email),
                    parsed.GetValue(roots) is { } file ? await CertificateCommands.ReadAsync(file, cancellationToken) : null,
                    parsed.GetValue(isDefault),
                    await BindingAsync(parsed.GetValue(keyId), parsed.GetValue(keyFile), cancellationToken)
                );
                Write(session, await session.Panel.Certificates.AddAuthorityAsync(request, Keys.New(), cancellationToken));
                return true;
            }
        );
        return command;
    }

    private static Command Bind(HpCommand hp)
    {
        var id = Id();
        var (keyId, keyFile) = (KeyId<string>(), KeyFile<string>());
        (keyId.Required, keyFile.Required) = (true, true);
        var command = new Command("bind", "Tell it whose the panel's account is, by an external account binding") { id, keyId, keyFile };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var binding = await BindingAsync(parsed.GetValue(keyId), parsed.GetValue(keyFile), cancellationToken);
                Write(session, await session.Panel.Certificates.BindAuthorityAsync(parsed.GetValue(id), binding!, cancellationToken));
                return true;
            }
        );
        return command;
    }

    /// <summary>One without the other is what the panel refuses, with why.</summary>
    private static async Task<AccountBindingRequest?> BindingAsync(string? keyId, string? keyFile, CancellationToken cancellationToken) =>
        keyId is null && keyFile is null
            ? null
            : new AccountBindingRequest(
                keyId,
                keyFile is null ? null : (await CertificateCommands.ReadAsync(keyFile, cancellationToken)).Trim()
            );

    private static Command MakeDefault(HpCommand hp)
    {
        var id = Id();
        var command = new Command("default", "Ask this one where nothing else is said") { id };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                Write(session, await session.Panel.Certificates.MakeDefaultAsync(parsed.GetValue(id), Keys.New(), cancellationToken));
                return true;
            }
        );
        return command;
    }

    private static Command Remove(HpCommand hp)
    {
        var id = Id();
        var command = new Command("remove", "Ask it for nothing any more; what it gave stays until it runs out") { id };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.Certificates.RemoveAuthorityAsync(parsed.GetValue(id), cancellationToken);
                return true;
            }
        );
        return command;
    }

    private static Command ListDns(HpCommand hp)
    {
        var command = new Command("list", "All of them");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                var all = await session.Panel.Certificates.ListDnsAccountsAsync(cancellationToken);
                session.Output.WriteTable(
                    all.Items,
                    ["ID", "PROVIDER", "ZONES"],
                    account => [account.Id.ToString(), account.Provider, string.Join(' ', account.Zones)]
                );
                return true;
            }
        );
        return command;
    }

    private static Command AddDns(HpCommand hp)
    {
        var provider = new Argument<string>("provider") { Description = "In lego's spelling, such as cloudflare or rfc2136" };
        var zones = new Option<string[]>("--zone") { Description = "A zone that it may write to; once for each", Required = true };
        var file = new Option<string>("--credentials-file")
        {
            Description = "Lines NAME=value, by the names of lego's documentation: never an argument",
            Required = true,
        };
        var command = new Command("add", "Validate the names of some zones by DNS") { provider, zones, file };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var path = parsed.GetValue(file)!;
                var lines = (await CertificateCommands.ReadAsync(path, cancellationToken))
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(line => line.Split('=', 2))
                    .ToList();
                if (lines.Exists(parts => parts.Length != 2))
                {
                    throw new UsageException($"Each line of {path} is NAME=value.");
                }

                var credentials = new Dictionary<string, string>(StringComparer.Ordinal);
                lines.ForEach(parts => credentials[parts[0]] = parts[1]);
                var account = await session.Panel.Certificates.AddDnsAccountAsync(
                    new NewDnsAccountRequest(parsed.GetValue(provider), parsed.GetValue(zones), credentials),
                    Keys.New(),
                    cancellationToken
                );
                session.Output.Write(
                    account,
                    made => [("id", made.Id.ToString()), ("provider", made.Provider), ("zones", string.Join(' ', made.Zones))]
                );
                return true;
            }
        );
        return command;
    }

    private static Command RemoveDns(HpCommand hp)
    {
        var id = Id();
        var command = new Command("remove", "Forget an account with its credentials") { id };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.Certificates.RemoveDnsAccountAsync(parsed.GetValue(id), cancellationToken);
                return true;
            }
        );
        return command;
    }

    private static void Write(Session session, CertificateAuthority authority) =>
        session.Output.Write(
            authority,
            made =>
                [
                    ("id", made.Id.ToString()),
                    ("name", made.Name),
                    ("directory", made.Directory),
                    ("default", made.Default ? "yes" : "no"),
                    ("key id", made.BindingKeyId),
                ]
        );
}
