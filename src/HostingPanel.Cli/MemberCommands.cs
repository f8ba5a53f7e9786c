using System.CommandLine;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp members …</c>.</summary>
internal static class MemberCommands
{
    public static Command Build(HpCommand hp) =>
        new("members", "Who belongs to an organisation, and who may work on one of its sites for a time")
        {
            List(hp),
            Change(hp),
            Remove(hp),
            ListAccess(hp),
            GiveAccess(hp),
            TakeAccess(hp),
        };

    private static Command List(HpCommand hp)
    {
        var slug = Organisation();
        var command = new Command("list", "The people of an organisation") { slug };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var members = await session.Panel.Organisations.ListMembersAsync(parsed.GetValue(slug)!, cancellationToken);
                session.Output.WriteTable(
                    members.Items,
                    ["ACCOUNT", "E-MAIL", "NAME", "ROLE"],
                    member =>
                        [
                            member.AccountId.ToString(),
                            member.Email,
                            member.Name,
                            Output.Word(member.Role) + (member.Suspended ? ", suspended" : string.Empty),
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Change(HpCommand hp)
    {
        var (slug, account) = (Organisation(), Account());
        var role = new Option<MemberRole>("--role") { Description = "owner, manager or viewer", Required = true };
        var command = new Command("change", "Give a member another role") { slug, account, role };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.Organisations.UpdateMemberAsync(
                    parsed.GetValue(slug)!,
                    parsed.GetValue(account),
                    new UpdateMemberRequest(parsed.GetValue(role)),
                    cancellationToken
                );
                return true;
            }
        );
        return command;
    }

    private static Command Remove(HpCommand hp)
    {
        var (slug, account) = (Organisation(), Account());
        var command = new Command("remove", "Remove a member; the last owner stays") { slug, account };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.Organisations.RemoveMemberAsync(parsed.GetValue(slug)!, parsed.GetValue(account), cancellationToken);
                return true;
            }
        );
        return command;
    }

    private static Command ListAccess(HpCommand hp)
    {
        var slug = Organisation();
        var command = new Command("access", "Who may work on single sites of an organisation") { slug };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var accesses = await session.Panel.Organisations.ListSiteAccessAsync(parsed.GetValue(slug)!, cancellationToken);
                session.Output.WriteTable(
                    accesses.Items,
                    ["ACCOUNT", "E-MAIL", "SITE", "UNTIL", "GIVEN BY"],
                    access => [access.AccountId.ToString(), access.Email, access.Site, Output.Time(access.Until), access.GivenBy]
                );
                return true;
            }
        );
        return command;
    }

    private static Command GiveAccess(HpCommand hp)
    {
        var (slug, account) = (Site(), Account());
        var days = new Option<int>("--days") { Description = "For how many days, at most 90", DefaultValueFactory = _ => 7 };
        var command = new Command("give-access", "Let somebody who is known in the organisation work on a site") { slug, account, days };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.Organisations.GiveSiteAccessAsync(
                    parsed.GetValue(slug)!,
                    parsed.GetValue(account),
                    new GiveSiteAccessRequest(TimeProvider.System.GetUtcNow().AddDays(parsed.GetValue(days))),
                    cancellationToken
                );
                return true;
            }
        );
        return command;
    }

    private static Command TakeAccess(HpCommand hp)
    {
        var (slug, account) = (Site(), Account());
        var command = new Command("take-access", "End somebody's access to a site at once") { slug, account };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.Organisations.TakeSiteAccessAsync(parsed.GetValue(slug)!, parsed.GetValue(account), cancellationToken);
                return true;
            }
        );
        return command;
    }

    private static Argument<string> Organisation() => new("organisation") { Description = "The organisation's slug" };

    private static Argument<string> Site() => new("site") { Description = "The site's slug" };

    private static Argument<Guid> Account() => new("account") { Description = "The account's id, as hp members list shows it" };
}
