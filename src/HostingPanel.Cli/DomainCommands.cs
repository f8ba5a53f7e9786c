using System.CommandLine;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp sites domains …</c>.</summary>
internal static class DomainCommands
{
    private static readonly Option<bool> Wait = new("--wait") { Description = "Return when it is done; 1 when it failed" };

    public static Command Build(HpCommand hp) =>
        new("domains", "The host names of a site")
        {
            List(hp),
            Add(hp),
            Act(
                hp,
                "verify",
                "Look where a name leads, within seconds",
                (domains, slug, host, ct) => domains.VerifyAsync(slug, host, Keys.New(), ct)
            ),
            Act(
                hp,
                "accept",
                "Serve a name without proof that it is the site's",
                (domains, slug, host, ct) => domains.AcceptAsync(slug, host, Keys.New(), ct)
            ),
            Act(
                hp,
                "make-primary",
                "Have a site call itself by this name",
                (domains, slug, host, ct) => domains.MakePrimaryAsync(slug, host, Keys.New(), ct)
            ),
            Act(hp, "remove", "Take a name from a site", (domains, slug, host, ct) => domains.RemoveAsync(slug, host, ct)),
            Aliases(hp),
        };

    private static Command List(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site" };
        var command = new Command("list", "Its host names, and what verifies them") { slug };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                Write(session, await session.Panel.Domains.ListAsync(parsed.GetValue(slug)!, cancellationToken));
                return true;
            }
        );
        return command;
    }

    private static Command Add(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site" };
        var host = new Argument<string>("host") { Description = "The name; “*.” in front for all names one label below" };
        var twin = new Option<bool>("--with-www")
        {
            Description = "Take the one with or without “www.” too; its visitors are sent to this one",
        };
        var accept = new Option<bool>("--accept") { Description = "Serve it without asking whose it is" };
        var command = new Command("add", "Give a site another name") { slug, host, twin, accept, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var request = new AddDomainRequest(parsed.GetValue(host), parsed.GetValue(twin), parsed.GetValue(accept));
                var changed = await session.Panel.Domains.AddAsync(parsed.GetValue(slug)!, request, Keys.New(), cancellationToken);
                return await FinishAsync(session, changed, parsed.GetValue(Wait), cancellationToken);
            }
        );
        return command;
    }

    private static Command Act(
        HpCommand hp,
        string name,
        string description,
        Func<DomainsClient, string, string, CancellationToken, Task<DomainsChanged>> act
    )
    {
        var slug = new Argument<string>("slug") { Description = "The site" };
        var host = new Argument<string>("host") { Description = "The name" };
        var command = new Command(name, description) { slug, host, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await FinishAsync(
                    session,
                    await act(session.Panel.Domains, parsed.GetValue(slug)!, parsed.GetValue(host)!, cancellationToken),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Aliases(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site" };
        var mode = new Argument<AliasMode>("mode") { Description = "redirect: to the primary name; serve: the site answers under each" };
        var command = new Command("aliases", "What happens with visitors who come by another name than the primary one")
        {
            slug,
            mode,
            Wait,
        };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await FinishAsync(
                    session,
                    await session.Panel.Domains.SetAliasesAsync(parsed.GetValue(slug)!, parsed.GetValue(mode), cancellationToken),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task<bool> FinishAsync(Session session, DomainsChanged changed, bool wait, CancellationToken cancellationToken)
    {
        if (changed.Operation is { } operation)
        {
            return await OperationCommands.FinishAsync(session, new Accepted(operation), wait, cancellationToken);
        }

        Write(session, changed.Domains);
        return true;
    }

    private static void Write(Session session, SiteDomains domains)
    {
        if (session.Output.IsJson)
        {
            session.Output.WriteJson(domains);
            return;
        }

        session.Output.WriteTable(
            domains.Items,
            ["NAME", "STATE", "VISITORS", "CHECKED", "FOUND"],
            domain =>
                [
                    domain.Shown == domain.Host ? domain.Host : $"{domain.Shown} ({domain.Host})",
                    StateOf(domain),
                    VisitorsOf(domain),
                    Output.Time(domain.CheckedAt),
                    domain.Found,
                ]
        );
        foreach (var domain in domains.Items.Where(domain => domain is { Proof: DomainProof.Pending, Challenge: not null }))
        {
            var addresses =
                domain.Host.StartsWith("*.", StringComparison.Ordinal) || domains.PublicAddresses.Count == 0
                    ? string.Empty
                    : $" (or let {domain.Host} lead to {string.Join(", ", domains.PublicAddresses)})";
            session.Output.Line(string.Empty);
            session.Output.Line($"To verify {domain.Shown}, set this TXT entry{addresses}:");
            session.Output.Line($"  {domain.Challenge!.Name}  {domain.Challenge.Value}");
        }
    }

    private static string StateOf(Domain domain) =>
        Output.Word(domain.Proof)
        + (domain.Primary ? ", primary" : string.Empty)
        + (domain is { Served: false, Proof: not DomainProof.Pending } ? ", not served yet" : string.Empty)
        + (domain.StraysSince is null ? string.Empty : ", leads elsewhere");

    private static string? VisitorsOf(Domain domain) =>
        domain.RedirectsTo is { } other ? $"sent to {other}"
        : domain.Served ? "answered"
        : null;
}
