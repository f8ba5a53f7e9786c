using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp people …</c>.</summary>
internal static class PeopleCommands
{
    public static Command Build(HpCommand hp) =>
        new("people", "Everybody who has an account")
        {
            List(hp),
            SetRole(hp),
            Act(
                hp,
                "take-role",
                "Take somebody out of the staff; their account stays",
                (people, id, stop) => people.TakeRoleAsync(id, stop)
            ),
            Act(hp, "suspend", "Take all power away until it is given back", (people, id, stop) => people.SuspendAsync(id, stop)),
            Act(hp, "resume", "Give it back", (people, id, stop) => people.ResumeAsync(id, stop)),
            Act(hp, "end-sessions", "Sign somebody out everywhere", (people, id, stop) => people.EndSessionsAsync(id, stop)),
            Act(
                hp,
                "reset-factors",
                "Take the second factors of somebody away who has lost them",
                (people, id, stop) => people.ResetFactorsAsync(id, stop)
            ),
            Act(
                hp,
                "remove",
                "Remove an account; what its person did stays in the audit",
                (people, id, stop) => people.RemoveAsync(id, stop)
            ),
        };

    private static Command List(HpCommand hp)
    {
        var command = new Command("list", "The staff first, then by name");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                var people = await session.Panel.People.ListAsync(cancellationToken);
                session.Output.WriteTable(
                    people.Items,
                    ["ACCOUNT", "E-MAIL", "NAME", "STAFF", "ORGANISATIONS", "SECOND FACTOR", "SESSIONS", "LAST SEEN"],
                    person =>
                        [
                            person.Id.ToString(),
                            person.Email,
                            person.Name,
                            (person.Role is { } role ? Output.Word(role) : "no")
                                + (person.SuspendedAt is null ? string.Empty : ", suspended"),
                            string.Join(", ", person.Organisations),
                            person.HasSecondFactor ? "yes" : "no",
                            person.Sessions.ToString(CultureInfo.InvariantCulture),
                            Output.Time(person.LastSeenAt) ?? "never",
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command SetRole(HpCommand hp)
    {
        var account = Account();
        var role = new Option<PersonRole>("--role") { Description = "administrator, operator or auditor", Required = true };
        var command = new Command("set-role", "Make somebody one of the staff, or give them another role there") { account, role };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.People.SetRoleAsync(
                    parsed.GetValue(account),
                    new SetStaffRoleRequest(parsed.GetValue(role)),
                    cancellationToken
                );
                return true;
            }
        );
        return command;
    }

    private static Command Act(HpCommand hp, string name, string summary, Func<PeopleClient, Guid, CancellationToken, Task> act)
    {
        var account = Account();
        var command = new Command(name, summary) { account };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await act(session.Panel.People, parsed.GetValue(account), cancellationToken);
                return true;
            }
        );
        return command;
    }

    private static Argument<Guid> Account() => new("account") { Description = "The account's id, as hp people list shows it" };
}
