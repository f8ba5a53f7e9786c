using HostingPanel.Accounts;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Accounts.People;

/// <summary>What is done with a person.</summary>
public enum PersonAct
{
    /// <summary>Another role among the staff.</summary>
    ChangeRole,

    /// <summary>Taking all power away for a time.</summary>
    Suspend,

    /// <summary>Giving it back.</summary>
    Resume,

    /// <summary>Signing them out everywhere.</summary>
    EndSessions,

    /// <summary>Taking lost second factors away.</summary>
    ResetFactors,

    /// <summary>Removing their account.</summary>
    Remove,
}

/// <summary>The questions before it is done.</summary>
public static class PersonActs
{
    /// <summary>What is offered for somebody.</summary>
    public static IEnumerable<(PersonAct Act, string Icon, string Text)> Of(PersonView person)
    {
        yield return (PersonAct.ChangeRole, "badge", "Role");
        yield return person.SuspendedAt is null ? (PersonAct.Suspend, "block", "Suspend") : (PersonAct.Resume, "undo", "Give access back");
        if (person.Sessions > 0)
        {
            yield return (PersonAct.EndSessions, "logout", "Sign out everywhere");
        }

        if (person.HasSecondFactor)
        {
            yield return (PersonAct.ResetFactors, "lock_reset", "Take second factors away");
        }

        yield return (PersonAct.Remove, "delete", "Remove");
    }

    /// <summary>What is asked.</summary>
    public static Confirmation Question(PersonView person, PersonAct act) =>
        act switch
        {
            PersonAct.Suspend => new Confirmation(
                $"Suspend {person.Name}?",
                "They can do nothing any more from within a minute on, open pages included, until you give it back. Their tokens, too.",
                "Suspend"
            )
            {
                IsDanger = true,
            },
            PersonAct.Resume => new Confirmation(
                $"Give {person.Name} access back?",
                "They may do again what they might before, and sign in anew.",
                "Give access back"
            ),
            PersonAct.EndSessions => new Confirmation(
                $"Sign {person.Name} out everywhere?",
                "They can sign in again at once.",
                "Sign out everywhere"
            )
            {
                IsDanger = true,
            },
            PersonAct.ResetFactors => new Confirmation(
                $"Take the second factors of {person.Name} away?",
                "For somebody who has lost them. Make sure that it is they who ask: call them.",
                "Take them away"
            )
            {
                IsDanger = true,
                Consequences =
                [
                    "Authenticator app, passkeys and recovery codes count no more.",
                    "They are signed out everywhere, and set a new second factor up after their password.",
                    "They are told by mail.",
                ],
            },
            PersonAct.Remove => new Confirmation($"Remove {person.Name}?", "The account goes for good.", "Remove")
            {
                IsDanger = true,
                Consequences =
                [
                    "They leave every organisation, and their invitations that are open end.",
                    "What they have done stays in the audit.",
                ],
                TypedWord = person.Email,
            },
            _ => throw new InvalidOperationException($"There is no question for {act}."),
        };
}
