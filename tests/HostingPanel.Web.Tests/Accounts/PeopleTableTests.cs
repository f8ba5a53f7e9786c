using Bunit;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Mail;
using HostingPanel.Web.Accounts;
using HostingPanel.Web.Accounts.People;
using HostingPanel.Web.Components;
using HostingPanel.Web.Mail;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Accounts;

/// <summary>The tables of people, sessions and messages: what they offer, and that markup in a name stays text.</summary>
public sealed class PeopleTableTests : ComponentTest
{
    private const string Markup = "<img src=x onerror=alert(1)>";

    [Fact]
    public void A_person_is_offered_what_can_be_done_and_only_to_who_may()
    {
        (PersonView, PersonAct)? asked = null;
        var person = Person(suspended: false);
        var table = Render<PeopleTable>(parameters =>
            parameters
                .Add(table => table.People, [person])
                .Add(table => table.MayManage, true)
                .Add(table => table.OnAct, wanted => asked = wanted)
        );
        Assert.Empty(table.FindAll("img"));
        Assert.Equal(
            ["Role", "Suspend", "Sign out everywhere", "Take second factors away", "Remove"],
            table.FindAll("button").Select(button => button.GetAttribute("title"))
        );
        table.Find($"button[title=Suspend]").Click();
        Assert.Equal((person, PersonAct.Suspend), asked);

        table = Render<PeopleTable>(parameters => parameters.Add(table => table.People, [Person(suspended: true)]));
        Assert.Empty(table.FindAll("button"));
        Assert.Contains("suspended", table.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Removing_somebody_wants_their_address_typed_and_every_question_says_what_it_does()
    {
        var person = Person(suspended: false);
        Assert.Equal(person.Email, PersonActs.Question(person, PersonAct.Remove).TypedWord);
        Assert.All(
            Enum.GetValues<PersonAct>().Where(act => act != PersonAct.ChangeRole),
            act => Assert.Contains(person.Name, PersonActs.Question(person, act).Title, StringComparison.Ordinal)
        );
        Assert.Contains(PersonActs.Of(Person(suspended: true)), offered => offered.Act == PersonAct.Resume);
    }

    [Fact]
    public void The_session_that_looks_is_marked_and_can_not_be_ended_from_itself()
    {
        var table = Render<SessionTable>(parameters =>
            parameters.Add(
                table => table.Sessions,
                [
                    new SessionView(Guid.CreateVersion7(), true, "Firefox on Linux", "203.0.113.9", SignInFactor.Passkey, Now, Now),
                    new SessionView(Guid.CreateVersion7(), false, Markup, null, SignInFactor.Password, Now, Now),
                ]
            )
        );
        Assert.Single(table.FindAll("button"));
        Assert.Contains("this one", table.FindAll("tbody tr")[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("by password alone", table.FindAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
        Assert.Empty(table.FindAll("img"));
    }

    [Fact]
    public void A_message_says_how_far_it_is_and_shows_its_text_only_where_there_is_one()
    {
        MailView Mail(MailState state, int attempts, string? fault, string? body) =>
            new(Guid.CreateVersion7(), "ada@example.org", "Hello", state, attempts, fault, Now, null, body);
        var table = Render<MailTable>(parameters =>
            parameters.Add(
                table => table.Mails,
                [
                    Mail(MailState.Waiting, 2, "421 too busy", null),
                    Mail(MailState.Shown, 0, null, $"http://panel.localhost/invitation?link=x\n{Markup}"),
                    Mail(MailState.Sent, 1, null, null),
                ]
            )
        );
        var rows = table.FindAll("tbody tr");
        Assert.Contains("tried 2 times", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("421 too busy", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Single(table.FindAll("details"));
        Assert.Empty(table.FindAll("img"));
    }

    private static PersonView Person(bool suspended) =>
        new(
            Guid.CreateVersion7(),
            $"Ada {Markup}",
            "ada@example.org",
            StaffRole.Operator,
            ["Food Bank"],
            suspended ? Now : null,
            HasSecondFactor: true,
            Now,
            Sessions: 1
        );
}
