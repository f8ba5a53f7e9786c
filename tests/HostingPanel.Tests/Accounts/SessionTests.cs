using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Organisations;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tests.Accounts;

/// <summary>ABUSE 12: sessions begin anew and end when they must.</summary>
public sealed class SessionTests(PostgresFixture postgres) : AccountTest(postgres)
{
    [Fact]
    public async Task Each_sign_in_is_another_session_and_the_one_that_the_browser_had_ends()
    {
        var ada = await AccountAsync();
        var first = await EnterAsync(ada);
        var again = (await SignIn.PasswordAsync(await ActorAsync(first), ada.Email, Password, Strange, Token)).Value.Session!;
        Assert.NotEqual(first.SessionId, again.SessionId);
        Assert.Null(await Sessions.FindAsync(first.SessionId, null, Token));

        var other = await EnterAsync(ada, new Visit("Safari on iPhone", null));
        var actor = await ActorAsync(again);
        var list = (await Sessions.ListAsync(actor, Token)).Value;
        Assert.Equal(["Firefox on Linux", "Safari on iPhone"], list.Select(session => session.Browser).Order(StringComparer.Ordinal));
        Assert.Equal((again.SessionId, "203.0.113.9"), (Assert.Single(list, session => session.IsThis).Id, list[0].Address));

        Assert.Null((await Sessions.EndAsync(actor, other.SessionId, Token)).Problem);
        Assert.Null(await Sessions.FindAsync(other.SessionId, null, Token));
        Assert.Equal("session-not-found", CodeOf(await Sessions.EndAsync(actor, other.SessionId, Token)));
        // Nobody ends another's.
        var eve = await EnterAsync(await AccountAsync(null, "eve"));
        Assert.Equal("session-not-found", CodeOf(await Sessions.EndAsync(actor, eve.SessionId, Token)));
        Assert.NotNull(await Sessions.FindAsync(eve.SessionId, null, Token));
    }

    [Fact]
    public async Task A_new_password_ends_every_session_and_begins_another()
    {
        var ada = await AccountAsync();
        var (here, elsewhere) = (await EnterAsync(ada), await EnterAsync(ada));
        var actor = await ActorAsync(here);
        var passwords = Get<PasswordService>();
        Assert.Equal("password", (await passwords.ChangeAsync(actor, "short", Strange, Token)).Problem!.Errors.Single().Path);
        Assert.Contains(
            "have already",
            (await passwords.ChangeAsync(actor, Password, Strange, Token)).Problem!.Message,
            StringComparison.Ordinal
        );

        var changed = (await passwords.ChangeAsync(actor, "four other plain words", Strange, Token)).Value;
        Assert.NotEqual(here.SessionId, changed.SessionId);
        Assert.Null(await Sessions.FindAsync(here.SessionId, null, Token));
        Assert.Null(await Sessions.FindAsync(elsewhere.SessionId, null, Token));
        Assert.NotNull(await Sessions.FindAsync(changed.SessionId, null, Token));
        Assert.Equal("sign-in-refused", CodeOf(await SignIn.PasswordAsync(Visitor, ada.Email, Password, Strange, Token)));
    }

    [Fact]
    public async Task Signing_out_everywhere_leaves_the_browser_that_asks()
    {
        var ada = await AccountAsync();
        var (here, elsewhere) = (await EnterAsync(ada), await EnterAsync(ada));
        var actor = await ActorAsync(here);
        Assert.Equal(1, (await Sessions.EndOthersAsync(actor, Token)).Value);
        Assert.Null(await Sessions.FindAsync(elsewhere.SessionId, null, Token));
        Assert.NotNull(await Sessions.FindAsync(here.SessionId, null, Token));
        await Sessions.SignOutAsync(actor, Token);
        Assert.Null(await Sessions.FindAsync(here.SessionId, null, Token));
    }

    [Fact]
    public async Task A_session_ends_when_nobody_uses_it_and_at_the_latest_after_two_weeks()
    {
        var ada = await AccountAsync();
        var (idle, used) = (await EnterAsync(ada), await EnterAsync(ada));
        Time.Advance(TimeSpan.FromHours(8));
        Assert.NotNull(await Sessions.FindAsync(used.SessionId, "198.51.100.7", Token));
        Time.Advance(TimeSpan.FromHours(5));
        Assert.Null(await Sessions.FindAsync(idle.SessionId, null, Token));
        Assert.Equal("198.51.100.7", Assert.Single((await Sessions.ListAsync(await ActorAsync(used), Token)).Value).Address);
        for (var hours = 13; hours < 14 * 24; hours += 8)
        {
            Assert.NotNull(await Sessions.FindAsync(used.SessionId, null, Token));
            Time.Advance(TimeSpan.FromHours(8));
        }

        Assert.Null(await Sessions.FindAsync(used.SessionId, null, Token));
    }

    [Fact]
    public async Task Whoever_is_suspended_or_has_another_stamp_has_no_session()
    {
        var (ada, boss) = (await AccountAsync(null, "ada"), (await AdministratorAsync("boss")).Actor);
        var session = await EnterAsync(ada);
        Assert.Null((await Get<PeopleService>().SuspendAsync(boss, ada.Id, Token)).Problem);
        Assert.Null(await Sessions.FindAsync(session.SessionId, null, Token));
        Assert.Equal("sign-in-refused", CodeOf(await SignIn.PasswordAsync(Visitor, ada.Email, Password, Strange, Token)));
        Assert.Null((await Get<PeopleService>().ResumeAsync(boss, ada.Id, Token)).Problem);
        Assert.Null(await Sessions.FindAsync(session.SessionId, null, Token));

        session = await EnterAsync(ada);
        Assert.Null((await Get<PeopleService>().SetRoleAsync(boss, ada.Id, StaffRole.Operator, Token)).Problem);
        Assert.Null(await Sessions.FindAsync(session.SessionId, null, Token));
    }

    [Fact]
    public async Task Every_change_of_what_somebody_is_in_an_organisation_ends_the_sessions_of_before()
    {
        var (ada, boss) = (await AccountAsync(null, "ada"), (await AdministratorAsync("boss")).Actor);
        await Get<OrganisationService>().CreateAsync(Actor.Server, new CreateOrganisation("food-bank", "Food Bank"), null, Token);
        var invite = new Invite(ada.Email, Organisation: "food-bank", OrganisationRole: OrganisationRole.Viewer);
        Assert.Null((await Get<InvitationService>().InviteAsync(boss, invite, null, Token)).Problem);
        var link = await MailedLinkAsync(ada.Email);

        // Added: the browser that takes the invitation on gets another session, with what it had proved and no more; all others end.
        var (elsewhere, here) = (await EnterAsync(ada), await EnterAsync(ada));
        Time.Advance(Session.ProofLife);
        var renewed = (await Get<InvitationAcceptance>().AcceptAsync(await ActorAsync(here), link, Token)).Value!;
        Assert.NotEqual(here.SessionId, renewed.SessionId);
        Assert.Null(await Sessions.FindAsync(here.SessionId, null, Token));
        Assert.Null(await Sessions.FindAsync(elsewhere.SessionId, null, Token));
        Assert.Equal("food-bank", (await ActorAsync(renewed)).Memberships[0].Organisation);
        var members = Get<MembershipService>();
        Assert.Equal("proof-needed", CodeOf(await members.RemoveAsync(await ActorAsync(renewed), "food-bank", ada.Id, Token)));

        // Raised by another: over. The same role again changes nothing.
        Assert.Null((await members.ChangeRoleAsync(Actor.Server, "food-bank", ada.Id, OrganisationRole.Viewer, Token)).Problem);
        Assert.NotNull(await Sessions.FindAsync(renewed.SessionId, null, Token));
        Assert.Null((await members.ChangeRoleAsync(Actor.Server, "food-bank", ada.Id, OrganisationRole.Owner, Token)).Problem);
        Assert.Null(await Sessions.FindAsync(renewed.SessionId, null, Token));

        // Removed by another: over.
        var again = await EnterAsync(ada);
        var eve = await AccountAsync(null, "eve");
        await OwnAsync(eve);
        var asEve = await ActorAsync(await EnterAsync(eve));
        Assert.Null((await members.RemoveAsync(asEve, "food-bank", ada.Id, Token)).Problem);
        Assert.Null(await Sessions.FindAsync(again.SessionId, null, Token));

        // Whoever lowers themselves stays where they do it, and nowhere else.
        var other = await EnterAsync(eve);
        await OwnAsync(ada);
        Assert.Null((await members.ChangeRoleAsync(asEve, "food-bank", eve.Id, OrganisationRole.Viewer, Token)).Problem);
        Assert.NotNull(await Sessions.FindAsync(asEve.SessionId!.Value, null, Token));
        Assert.Null(await Sessions.FindAsync(other.SessionId, null, Token));

        async Task OwnAsync(Account account)
        {
            await using var context = await ContextAsync();
            var id = await context.Organisations.Select(organisation => organisation.Id).SingleAsync(Token);
            await Memberships.GrantAsync(context, Actor.Server, account.Id, account.Email, id, OrganisationRole.Owner, Time, Token);
            await context.SaveChangesAsync(Token);
        }
    }

    [Fact]
    public async Task An_organisation_that_wants_a_second_factor_of_its_people_gets_it()
    {
        var ada = await AccountAsync();
        var organisations = Get<OrganisationService>();
        await organisations.CreateAsync(Actor.Server, new CreateOrganisation("food-bank", "Food Bank"), null, Token);
        await using (var context = await ContextAsync())
        {
            var organisation = await context.Organisations.SingleAsync(Token);
            await Memberships.GrantAsync(context, Actor.Server, ada.Id, ada.Email, organisation.Id, OrganisationRole.Viewer, Time, Token);
            await context.SaveChangesAsync(Token);
        }

        var session = await EnterAsync(ada);
        Assert.False((await Factors.GetAsync(await ActorAsync(session), Token)).Value.IsRequired);
        var update = new UpdateOrganisation(null, null) { RequiresSecondFactor = true };
        Assert.True((await organisations.UpdateAsync(Actor.Server, "food-bank", update, Token)).Value.RequiresSecondFactor);
        // A session that a password alone has opened is over.
        Assert.Null(await Sessions.FindAsync(session.SessionId, null, Token));
        Assert.Equal(NextFactor.SetUp, (await SignIn.PasswordAsync(Visitor, ada.Email, Password, Strange, Token)).Value.Next);
    }

    [Fact]
    public async Task Dangerous_acts_need_a_fresh_proof_and_the_proof_is_bound_to_the_browser()
    {
        var (_, boss) = await AdministratorAsync("boss");
        var ada = await AccountAsync();
        Assert.Null((await Get<PeopleService>().EndSessionsAsync(boss, ada.Id, Token)).Problem);
        Time.Advance(Session.ProofLife);
        Assert.Equal("proof-needed", CodeOf(await Get<PeopleService>().EndSessionsAsync(boss, ada.Id, Token)));
        Assert.Equal("proof-needed", CodeOf(await Factors.NewRecoveryCodesAsync(boss, Token)));
        Assert.Equal("proof-needed", CodeOf(await Get<PasswordService>().ChangeAsync(boss, "four other plain words", Strange, Token)));
        Assert.Equal("proof-needed", CodeOf(await Get<ProfileService>().RequestEmailAsync(boss, "new@example.org", Token)));

        // A password alone is not enough where there is more.
        Assert.Equal("proof-refused", CodeOf(await Get<ProofService>().ProveAsync(boss, Password, null, Strange, Token)));
        Assert.Equal("proof-refused", CodeOf(await Get<ProofService>().ProveAsync(boss, Password, "000000", Strange, Token)));
        var codes = await RecoveryCodeAsync(boss);
        Assert.Equal("proof-refused", CodeOf(await Get<ProofService>().ProveAsync(boss, "wrong wrong wrong", codes, Strange, Token)));
        Assert.Equal("proof-needed", CodeOf(await Get<PeopleService>().EndSessionsAsync(boss, ada.Id, Token)));
        Assert.Null((await Get<ProofService>().ProveAsync(boss, Password, codes, Strange, Token)).Problem);
        Assert.Null((await Get<PeopleService>().EndSessionsAsync(boss, ada.Id, Token)).Problem);
        // Another session of the same person has proved nothing.
        Assert.Equal(
            "proof-needed",
            CodeOf(await Get<PeopleService>().EndSessionsAsync(boss with { SessionId = Session.NewId() }, ada.Id, Token))
        );
    }

    /// <summary>A recovery code that is known because the test has put it there.</summary>
    private async Task<string> RecoveryCodeAsync(Actor actor)
    {
        var code = RecoveryCode.New();
        await using var context = await ContextAsync();
        context.RecoveryCodes.Add(
            new RecoveryCode
            {
                AccountId = actor.Id,
                Hash = RecoveryCode.HashOf(code)!,
                CreatedAt = Time.GetUtcNow(),
            }
        );
        await context.SaveChangesAsync(Token);
        return code;
    }
}
