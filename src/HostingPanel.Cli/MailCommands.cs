using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp mail …</c>.</summary>
internal static class MailCommands
{
    public static Command Build(HpCommand hp) =>
        new("mail", "The mail server, and what has become of the panel's messages")
        {
            Server(hp),
            SetServer(hp),
            ForgetServer(hp),
            List(hp),
            Test(hp),
        };

    private static Command Server(HpCommand hp)
    {
        var command = new Command("server", "The server that messages go out by");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                session.Output.Write(await session.Panel.Mail.GetServerAsync(cancellationToken), Fields);
                return true;
            }
        );
        return command;
    }

    private static Command SetServer(HpCommand hp)
    {
        var host = new Option<string>("--host") { Description = "Its name", Required = true };
        var port = new Option<int>("--port") { Description = "Its port", DefaultValueFactory = _ => 587 };
        var sender = new Option<string>("--sender") { Description = "The address that messages come from", Required = true };
        var senderName = new Option<string>("--sender-name") { Description = "The name beside it", Required = true };
        var plain = new Option<bool>("--no-tls") { Description = "The connection need not be encrypted" };
        var user = new Option<string?>("--user") { Description = "As whom to sign in there" };
        var file = new Option<FileInfo?>("--password-file") { Description = "The file with its password: never an argument" };
        var command = new Command("set-server", "Say which mail server to use") { host, port, sender, senderName, plain, user, file };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var server = await session.Panel.Mail.SetServerAsync(
                    new SetMailServerRequest(
                        parsed.GetValue(host),
                        parsed.GetValue(port),
                        parsed.GetValue(sender),
                        parsed.GetValue(senderName),
                        !parsed.GetValue(plain),
                        parsed.GetValue(user),
                        await ReadAsync(parsed.GetValue(file), cancellationToken)
                    ),
                    cancellationToken
                );
                session.Output.Write(server, Fields);
                return true;
            }
        );
        return command;
    }

    private static Command ForgetServer(HpCommand hp)
    {
        var command = new Command("forget-server", "Use none; messages are shown to administrators");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                await session.Panel.Mail.ForgetServerAsync(cancellationToken);
                return true;
            }
        );
        return command;
    }

    private static Command List(HpCommand hp)
    {
        var command = new Command("list", "The last messages, the newest first");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                var mails = await session.Panel.Mail.ListAsync(cancellationToken);
                session.Output.WriteTable(
                    mails.Items,
                    ["CREATED", "TO", "SUBJECT", "STATE", "ATTEMPTS", "LAST FAULT"],
                    mail =>
                        [
                            Output.Time(mail.CreatedAt),
                            mail.To,
                            mail.Subject,
                            Output.Word(mail.State),
                            mail.Attempts.ToString(CultureInfo.InvariantCulture),
                            mail.Fault,
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Test(HpCommand hp)
    {
        var to = new Argument<string>("to") { Description = "Which address gets it" };
        var command = new Command("test", "Queue a test message; hp mail list says what becomes of it") { to };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                session.Output.Write(
                    await session.Panel.Mail.TestAsync(new TestMailRequest(parsed.GetValue(to)), Keys.New(), cancellationToken),
                    mail => [("id", mail.Id.ToString()), ("to", mail.To), ("state", Output.Word(mail.State))]
                );
                return true;
            }
        );
        return command;
    }

    private static async Task<string?> ReadAsync(FileInfo? file, CancellationToken cancellationToken)
    {
        try
        {
            return file is null ? null : (await File.ReadAllTextAsync(file.FullName, cancellationToken)).TrimEnd('\n', '\r');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file} can't be read: {failure.Message}");
        }
    }

    private static IEnumerable<(string, string?)> Fields(MailServer server) =>
        [
            ("server", $"{server.Host}:{server.Port}{(server.Tls ? string.Empty : " (not encrypted)")}"),
            ("sender", $"{server.SenderName} <{server.Sender}>"),
            ("signs in as", server.UserName ?? "nobody"),
            ("password", server.HasPassword ? "is stored" : "none"),
        ];
}
