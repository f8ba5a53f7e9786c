using System.CommandLine;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp tokens …</c>.</summary>
internal static class TokenCommands
{
    public static Command Build(HpCommand hp) => new("tokens", "Keys to the REST API") { List(hp), Create(hp), Revoke(hp) };

    private static Command List(HpCommand hp)
    {
        var organisation = new Option<string?>("--organisation") { Description = "Only those of this organisation" };
        var command = new Command("list", "Tokens, the newest first") { organisation };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var all = await Pages.AllAsync(cursor =>
                    session.Panel.Tokens.ListAsync(200, cursor, parsed.GetValue(organisation), cancellationToken)
                );
                session.Output.WriteTable(
                    all,
                    ["ID", "NAME", "FOR", "MAY", "EXPIRES", "LAST USED"],
                    token =>
                        [
                            token.Id.ToString(),
                            token.Name,
                            token.Site ?? token.Organisation ?? "everything",
                            MayOf(token),
                            token.ExpiresAt is { } end ? Output.Time(end) : "never",
                            token.LastUsedAt is { } used ? Output.Time(used) : "never",
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Create(HpCommand hp)
    {
        var name = new Option<string>("--name") { Description = "What it is for", Required = true };
        var organisation = new Option<string?>("--organisation") { Description = "The organisation whose it is" };
        var site = new Option<string?>("--site") { Description = "The one site that it is for" };
        var scopes = new Option<string[]>("--scope") { Description = "A permission such as sites.read; all of yours when absent" };
        var readOnly = new Option<bool>("--read-only") { Description = "It only reads" };
        var networks = new Option<string[]>("--from") { Description = "An address or network that it works from, such as 203.0.113.0/24" };
        var days = new Option<int?>("--expires-in-days") { Description = "When it ends to work; never when absent" };
        var command = new Command("create", "Make a token; its secret is printed once")
        {
            name,
            organisation,
            site,
            scopes,
            readOnly,
            networks,
            days,
        };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var request = new CreateTokenRequest(
                    parsed.GetValue(name),
                    parsed.GetValue(days) is { } number ? TimeProvider.System.GetUtcNow().AddDays(number) : null,
                    parsed.GetValue(organisation),
                    parsed.GetValue(site),
                    parsed.GetValue(scopes) is { Length: > 0 } wanted ? wanted : null,
                    parsed.GetValue(readOnly),
                    parsed.GetValue(networks) is { Length: > 0 } from ? from : null
                );
                session.Output.Write(
                    await session.Panel.Tokens.CreateAsync(request, Keys.New(), cancellationToken),
                    made =>
                        [
                            ("id", made.Token.Id.ToString()),
                            ("name", made.Token.Name),
                            ("may", MayOf(made.Token)),
                            ("secret", made.Secret ?? "was shown already"),
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Revoke(HpCommand hp)
    {
        var id = new Argument<Guid>("id") { Description = "Its id, as hp tokens list shows it" };
        var command = new Command("revoke", "End a token at once") { id };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.Tokens.DeleteAsync(parsed.GetValue(id), cancellationToken);
                return true;
            }
        );
        return command;
    }

    private static string MayOf(Token token) =>
        token.Scopes is { } scopes ? string.Join(' ', scopes)
        : token.ReadOnly ? "read"
        : "all of its maker's";
}
