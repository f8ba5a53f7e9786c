using System.CommandLine;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp invitations …</c>.</summary>
internal static class InvitationCommands
{
    public static Command Build(HpCommand hp) =>
        new("invitations", "Who is invited, and has not answered yet") { List(hp), Create(hp), Resend(hp), Withdraw(hp) };

    private static Command List(HpCommand hp)
    {
        var organisation = new Option<string?>("--organisation") { Description = "To this organisation and its sites; else to the staff" };
        var command = new Command("list", "Invitations that nobody has answered") { organisation };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var open = await session.Panel.Invitations.ListAsync(parsed.GetValue(organisation), cancellationToken);
                session.Output.WriteTable(
                    open.Items,
                    ["ID", "E-MAIL", "TO", "INVITED BY", "EXPIRES"],
                    invitation =>
                        [
                            invitation.Id.ToString(),
                            invitation.Email,
                            invitation.ToWhat,
                            invitation.InvitedBy,
                            Output.Time(invitation.ExpiresAt),
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Create(HpCommand hp)
    {
        var email = new Argument<string>("email") { Description = "Whom" };
        var staff = new Option<PersonRole?>("--staff") { Description = "To the staff, as administrator, operator or auditor" };
        var organisation = new Option<string?>("--organisation") { Description = "To an organisation, with --role" };
        var role = new Option<MemberRole?>("--role") { Description = "As owner, manager or viewer there" };
        var site = new Option<string?>("--site") { Description = "To a site, with --days" };
        var days = new Option<int?>("--days") { Description = "For how many days, at most 90" };
        var command = new Command("create", "Invite somebody to the staff, to an organisation, or to a site for some days")
        {
            email,
            staff,
            organisation,
            role,
            site,
            days,
        };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                session.Output.Write(
                    await session.Panel.Invitations.CreateAsync(
                        new InviteRequest(
                            parsed.GetValue(email),
                            parsed.GetValue(staff),
                            parsed.GetValue(organisation),
                            parsed.GetValue(role),
                            parsed.GetValue(site),
                            parsed.GetValue(days)
                        ),
                        Keys.New(),
                        cancellationToken
                    ),
                    Fields
                );
                return true;
            }
        );
        return command;
    }

    private static Command Resend(HpCommand hp)
    {
        var id = Id();
        var command = new Command("resend", "Send one again with another link") { id };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                session.Output.Write(
                    await session.Panel.Invitations.ResendAsync(parsed.GetValue(id), Keys.New(), cancellationToken),
                    Fields
                );
                return true;
            }
        );
        return command;
    }

    private static Command Withdraw(HpCommand hp)
    {
        var id = Id();
        var command = new Command("withdraw", "Take one back") { id };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.Invitations.WithdrawAsync(parsed.GetValue(id), cancellationToken);
                return true;
            }
        );
        return command;
    }

    private static Argument<Guid> Id() => new("id") { Description = "Its id, as hp invitations list shows it" };

    private static IEnumerable<(string, string?)> Fields(Invitation invitation) =>
        [
            ("id", invitation.Id.ToString()),
            ("e-mail", invitation.Email),
            ("to", invitation.ToWhat),
            ("expires", Output.Time(invitation.ExpiresAt)),
        ];
}
