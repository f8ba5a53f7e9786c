using System.CommandLine;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary>The command <c>hp</c>.</summary>
internal sealed class HpCommand
{
    private const int Refused = 1;
    private const int WrongUsage = 2;
    private const int Unreachable = 3;
    private const int Interrupted = 130;
    private readonly Surroundings _surroundings;
    private readonly Option<string?> _server = new("--server")
    {
        Description = "The panel's address, such as http://panel.localhost (else HP_SERVER)",
        Recursive = true,
    };
    private readonly Option<FileInfo?> _tokenFile = new("--token-file")
    {
        Description = "The file that holds a token (else HP_TOKEN, HP_TOKEN_FILE, ~/.config/hp/token)",
        Recursive = true,
    };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON, for scripts", Recursive = true };

    private HpCommand(Surroundings surroundings) => _surroundings = surroundings;

    /// <summary>Runs it.</summary>
    /// <returns>0 when done, 1 when the panel refused or the operation failed, 2 for wrong usage, 3 when the panel does not answer.</returns>
    public static async Task<int> RunAsync(string[] args, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var hp = new HpCommand(surroundings);
        var root = new RootCommand("Sites of non-profits, from the command line. Speaks to a panel's REST API.")
        {
            hp._server,
            hp._tokenFile,
            hp._json,
            OrganisationCommands.Build(hp),
            SiteCommands.Build(hp),
            VolumeCommands.Build(hp),
            CoverageCommands.Build(hp),
            CertificateCommands.Build(hp),
            BackupCommands.Build(hp),
            RestoreDrillCommands.Build(hp),
            PanelBackupCommands.Build(hp),
            OperationCommands.Build(hp),
            EngineCommands.Build(hp),
            AuditCommands.Build(hp),
            TokenCommands.Build(hp),
            MemberCommands.Build(hp),
            PeopleCommands.Build(hp),
            InvitationCommands.Build(hp),
            MailCommands.Build(hp),
        };
        var parsed = root.Parse(args);
        var invocation = new InvocationConfiguration
        {
            Output = surroundings.Out,
            Error = surroundings.Error,
            EnableDefaultExceptionHandler = false,
        };
        var code = await parsed.InvokeAsync(invocation, cancellationToken);
        return parsed.Errors.Count > 0 ? WrongUsage : code;
    }

    /// <summary>Gives a command what it does; its failures become messages and exit codes.</summary>
    public void OnRun(Command command, Func<ParseResult, Session, CancellationToken, Task<bool>> run) =>
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                try
                {
                    var server = ServerOf(parsed);
                    using var http = PanelClient.Configure(
                        _surroundings.NewHttp(server),
                        server,
                        await TokenOfAsync(parsed, cancellationToken)
                    );
                    var session = new Session(new PanelClient(http), new Output(_surroundings.Out, parsed.GetValue(_json)));
                    return await run(parsed, session, cancellationToken) ? 0 : Refused;
                }
                catch (PanelApiException refusal)
                {
                    return Complain(Refused, Explain(refusal));
                }
                catch (UsageException usage)
                {
                    return Complain(WrongUsage, usage.Message);
                }
                catch (HttpRequestException failure)
                {
                    return Complain(Unreachable, $"The panel does not answer: {failure.Message}");
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return Complain(Interrupted, "Interrupted. What was asked of the panel goes on; see hp operations list --active.");
                }
            }
        );

    private int Complain(int code, string message)
    {
        foreach (var line in message.Split('\n'))
        {
            _surroundings.Error.WriteLine(Output.Harmless(line));
        }

        return code;
    }

    private static string Explain(PanelApiException refusal)
    {
        var lines = refusal.Errors.Select(error => $"  {error.Path}: {error.Message}").ToList();
        lines.Insert(0, lines.Count == 0 ? $"{refusal.Message} ({refusal.Code})" : $"The panel refused the request ({refusal.Code}):");
        if (refusal.OperationId is { } operation)
        {
            lines.Add($"  hp operations watch {operation}");
        }

        return string.Join('\n', lines);
    }

    private Uri ServerOf(ParseResult parsed)
    {
        var text =
            parsed.GetValue(_server)
            ?? _surroundings.Variable("HP_SERVER")
            ?? throw new UsageException("Which panel? Give --server or set HP_SERVER, such as http://panel.localhost.");
        return Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme is "http" or "https"
            ? server
            : throw new UsageException($"“{text}” is not the address of a panel; it looks like http://panel.localhost.");
    }

    private async Task<string> TokenOfAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var explicitly = parsed.GetValue(_tokenFile)?.FullName;
        if (explicitly is null && _surroundings.Variable("HP_TOKEN") is { Length: > 0 } token)
        {
            return token.Trim();
        }

        var file =
            explicitly
            ?? _surroundings.Variable("HP_TOKEN_FILE")
            ?? Path.Combine(_surroundings.Variable("HOME") ?? "/", ".config", "hp", "token");
        return File.Exists(file)
            ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim()
            : throw new UsageException(
                $"There is no token: HP_TOKEN is not set and there is no file {file}. ./panel token create on the server makes one."
            );
    }
}
