using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Mail;
using HostingPanel.Organisations;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tests.Accounts;

/// <summary>Who comes, who goes, and that somebody always stays.</summary>
public sealed class PeopleTests(PostgresFixture postgres) : AccountTest(postgres)
{
    private PeopleService People => Get<PeopleService>();

    private InvitationService Invitations => Get<InvitationService>();

    private InvitationAcceptance Acceptance => Get<InvitationAcceptance>();

    [Fact]
    public async Task The_last_administrator_stays_also_when_two_take_each_others_role_at_once()
    {
        var (ada, asAda) = await AdministratorAsync("ada");
        await using (var context = await ContextAsync())
        {
            await context.Accounts.Where(account => account.Id != ada.Id).ExecuteDeleteAsync(Token);
        }

        Assert.Equal("last-administrator", CodeOf(await People.SetRoleAsync(asAda, ada.Id, StaffRole.Operator, Token)));
        Assert.Equal("last-administrator", CodeOf(await People.SetRoleAsync(asAda, ada.Id, null, Token)));
        Assert.Equal("last-administrator", CodeOf(await People.SuspendAsync(asAda, ada.Id, Token)));
        Assert.Equal("last-administrator", CodeOf(await People.RemoveAsync(asAda, ada.Id, Token)));

        var (eve, asEve) = await AdministratorAsync("eve");
        var outcomes = await Task.WhenAll(
            Task.Run(() => People.SetRoleAsync(asAda, eve.Id, StaffRole.Auditor, Token), Token),
            Task.Run(() => People.SuspendAsync(asEve, ada.Id, Token), Token)
        );
        Assert.Single(outcomes, outcome => outcome.Problem is null);
        await using var after = await ContextAsync();
        Assert.Equal(
            1,
            await after.Accounts.CountAsync(account => account.Role == StaffRole.Administrator && account.SuspendedAt == null, Token)
        );
        // A suspended administrator is none: the other can't go, either.
        var (last, other) = outcomes[0].Problem is null ? (asAda, eve) : (asEve, ada);
        Assert.Equal("last-administrator", CodeOf(await People.RemoveAsync(last, last.Id, Token)));
        Assert.Null((await People.RemoveAsync(last, other.Id, Token)).Problem);
        Assert.Equal("person-not-found", CodeOf(await People.RemoveAsync(last, other.Id, Token)));
    }

    [Fact]
    public async Task A_role_that_nobody_has_is_refused_with_those_that_there_are()
    {
        var (ada, asAda) = await AdministratorAsync("ada");
        var outcome = await People.SetRoleAsync(asAda, ada.Id, (StaffRole)7, Token);
        Assert.Contains("administrator, operator, auditor", outcome.Problem!.Message, StringComparison.Ordinal);
        var invite = await Invitations.InviteAsync(asAda, new Invite("bob@example.org", (StaffRole)7), null, Token);
        Assert.Equal("staffRole", Assert.Single(invite.Problem!.Errors).Path);
    }

    [Fact]
    public async Task An_invitation_works_once_for_one_address_and_not_for_ever()
    {
        var (_, asAda) = await AdministratorAsync("ada");
        var made = (await Invitations.InviteAsync(asAda, new Invite("Bob@Example.org", StaffRole.Operator), null, Token)).Value;
        Assert.Equal("the staff as operator", made.ToWhat);
        Assert.Equal(
            "already-invited",
            CodeOf(await Invitations.InviteAsync(asAda, new Invite("bob@example.org", StaffRole.Auditor), null, Token))
        );
        var first = await MailedLinkAsync("Bob@Example.org");

        // Sent again: another link, and the one of before works no longer.
        Assert.Null((await Invitations.ResendAsync(asAda, made.Id, null, Token)).Problem);
        var link = await MailedLinkAsync("Bob@Example.org");
        Assert.NotEqual(first, link);
        Assert.Equal("invitation-invalid", CodeOf(await Acceptance.FindAsync(first, Token)));
        Assert.False((await Acceptance.FindAsync(link, Token)).Value.HasAccount);

        var refused = await Acceptance.AcceptAsNewAsync(Visitor, link, "Bob", "bob@example.org", Strange, Token);
        Assert.Equal("password", Assert.Single(refused.Problem!.Errors).Path);
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(() => Acceptance.AcceptAsNewAsync(Visitor, link, "Bob", "orbit lantern mustard", Strange, Token), Token)
                )
        );
        // Staff: nothing opens before the second factor.
        Assert.Equal(NextFactor.SetUp, Assert.Single(outcomes, outcome => outcome.Problem is null).Value.Next);
        Assert.Equal("invitation-invalid", CodeOf(await Acceptance.FindAsync(link, Token)));
        Assert.Equal(
            "already-belongs",
            CodeOf(await Invitations.InviteAsync(asAda, new Invite("bob@example.org", StaffRole.Auditor), null, Token))
        );

        await Invitations.InviteAsync(asAda, new Invite("eve@example.org", StaffRole.Auditor), null, Token);
        link = await MailedLinkAsync("eve@example.org");
        Time.Advance(Invitation.Life);
        Assert.Equal("invitation-invalid", CodeOf(await Acceptance.FindAsync(link, Token)));
    }

    [Fact]
    public async Task Who_has_an_account_is_added_after_signing_in_and_nobody_else_is()
    {
        var (_, asAda) = await AdministratorAsync("ada");
        await Get<OrganisationService>().CreateAsync(Actor.Server, new CreateOrganisation("food-bank", "Food Bank"), null, Token);
        var bob = await AccountAsync(null, "bob");
        var eve = await ActorAsync(await EnterAsync(await AccountAsync(null, "eve")));
        var invite = new Invite(bob.Email, Organisation: "food-bank", OrganisationRole: OrganisationRole.Owner);
        Assert.Null((await Invitations.InviteAsync(asAda, invite, null, Token)).Problem);
        var link = await MailedLinkAsync(bob.Email);
        Assert.True((await Acceptance.FindAsync(link, Token)).Value.HasAccount);
        Assert.Equal(
            "sign-in-first",
            CodeOf(await Acceptance.AcceptAsNewAsync(Visitor, link, "Bob", "orbit lantern mustard", Strange, Token))
        );
        Assert.Equal("invitation-for-another", CodeOf(await Acceptance.AcceptAsync(eve, link, Token)));

        var session = await EnterAsync(bob);
        var renewed = (await Acceptance.AcceptAsync(await ActorAsync(session), link, Token)).Value!;
        var asBob = await ActorAsync(renewed);
        Assert.Equal(("food-bank", OrganisationRole.Owner), (asBob.Memberships[0].Organisation, asBob.Memberships[0].Role));
        Assert.Equal("invitation-invalid", CodeOf(await Acceptance.AcceptAsync(asBob, link, Token)));
        Assert.Equal("already-belongs", CodeOf(await Invitations.InviteAsync(asAda, invite, null, Token)));

        // An owner invites to their organisation; who else has an account here is not told.
        var known = await Invitations.InviteAsync(asBob, invite with { Email = "eve@example.org" }, null, Token);
        var unknown = await Invitations.InviteAsync(asBob, invite with { Email = "new@example.org" }, null, Token);
        Assert.Equal((null, null), (known.Problem, unknown.Problem));
        Assert.Equal(
            "not-permitted",
            CodeOf(await Invitations.InviteAsync(asBob, new Invite("x@example.org", StaffRole.Operator), null, Token))
        );
        Assert.Equal("not-permitted", CodeOf(await Invitations.InviteAsync(eve, invite with { Email = "x@example.org" }, null, Token)));
        Assert.Null((await Invitations.WithdrawAsync(asBob, unknown.Value.Id, Token)).Problem);
        Assert.Equal("invitation-invalid", CodeOf(await Acceptance.FindAsync(await MailedLinkAsync("new@example.org"), Token)));

        // Whoever is removed invites nobody any more; but the last owner can't be.
        Assert.Equal("last-owner", CodeOf(await People.RemoveAsync(asAda, bob.Id, Token)));
        Assert.Null((await People.SuspendAsync(asAda, bob.Id, Token)).Problem);
        Assert.Equal("invitation-invalid", CodeOf(await Acceptance.FindAsync(await MailedLinkAsync("eve@example.org"), Token)));
    }

    [Fact]
    public async Task Lost_factors_are_taken_away_by_somebody_else_and_their_owner_is_told()
    {
        var (ada, asAda) = await AdministratorAsync("ada");
        var (bob, asBob) = await AdministratorAsync("bob");
        Assert.Equal("own-factors", CodeOf(await People.ResetFactorsAsync(asAda, ada.Id, Token)));
        Assert.Null((await People.ResetFactorsAsync(asAda, bob.Id, Token)).Problem);
        Assert.Null(await Sessions.FindAsync(asBob.SessionId!.Value, null, Token));
        Assert.Equal(NextFactor.SetUp, (await SignIn.PasswordAsync(Visitor, bob.Email, Password, Strange, Token)).Value.Next);
        Assert.Contains((await Get<MailService>().ListAsync(Actor.Server, Token)).Value, mail => mail.To == bob.Email);
        Assert.Contains(
            (await People.ListAsync(asAda, Token)).Value,
            person => person is { Name: "bob", HasSecondFactor: false, Sessions: 0 }
        );
    }

    [Fact]
    public async Task Who_has_lost_everything_is_let_in_again_from_the_server()
    {
        var (ada, actor) = await AdministratorAsync("ada");
        var accounts = Get<AccountService>();
        Assert.Equal("account-not-found", CodeOf(await accounts.CreateAccessLinkAsync("nobody@example.org", withoutFactors: true, Token)));
        var link = (await accounts.CreateAccessLinkAsync(" ADA@example.org", withoutFactors: true, Token)).Value;
        Assert.False((await Factors.GetAsync(actor, Token)).Value.HasAny);
        Assert.Null((await Get<PasswordService>().ResetAsync(Visitor, link, "four other plain words", Strange, Token)).Problem);
        Assert.Null(await Sessions.FindAsync(actor.SessionId!.Value, null, Token));
        var step = (await SignIn.PasswordAsync(Visitor, ada.Email, "four other plain words", Strange, Token)).Value;
        Assert.Equal(NextFactor.SetUp, step.Next);
    }

    [Fact]
    public async Task What_is_over_is_forgotten_after_a_while()
    {
        var ada = await AccountAsync();
        await EnterAsync(ada);
        await SignIn.PasswordAsync(Visitor, ada.Email, "wrong wrong wrong", Strange, Token);
        Get<PasswordService>().RequestReset(Visitor, ada.Email);
        await MailedLinkAsync(ada.Email);
        var (_, actor) = await AdministratorAsync("boss");
        await Get<InvitationService>().InviteAsync(actor, new Invite("bob@example.org", StaffRole.Auditor), null, Token);
        var tidy = new AccountTidy(
            Get<IDbContextFactory<HostingPanel.Persistence.PanelDbContext>>(),
            new NoLease(),
            Time,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<AccountTidy>.Instance
        );
        await tidy.TidyAsync(Token);
        Assert.Equal((2, 1, 1, 1, 2), await CountAsync());
        Time.Advance(TimeSpan.FromDays(40));
        await tidy.TidyAsync(Token);
        Assert.Equal((0, 0, 0, 0, 2), await CountAsync());
        Time.Advance(TimeSpan.FromDays(150));
        await tidy.TidyAsync(Token);
        Assert.Equal((0, 0, 0, 0, 0), await CountAsync());

        async Task<(int Sessions, int Links, int Invitations, int Attempts, int Browsers)> CountAsync()
        {
            await using var context = await ContextAsync();
            return (
                await context.Sessions.CountAsync(Token),
                await context.MailedLinks.CountAsync(Token),
                await context.Invitations.CountAsync(Token),
                await context.SignInAttempts.CountAsync(Token),
                await context.KnownBrowsers.CountAsync(Token)
            );
        }
    }

    [Fact]
    public async Task A_forgotten_password_is_chosen_anew_by_a_link_that_works_once()
    {
        var ada = await AccountAsync();
        var passwords = Get<PasswordService>();
        // The answer is the same, and nothing is asked of the database while somebody waits.
        Assert.Equal(0, await StatementsAsync(() => Task.Run(() => passwords.RequestReset(Visitor, "nobody@example.org"), Token)));
        Assert.Equal(0, await StatementsAsync(() => Task.Run(() => passwords.RequestReset(Visitor, "ADA@example.org "), Token)));
        var link = await MailedLinkAsync(ada.Email);
        Assert.Single((await Get<MailService>().ListAsync(Actor.Server, Token)).Value);
        // A mailbox is not filled by others.
        passwords.RequestReset(Visitor, ada.Email);
        Assert.Equal(link, await MailedLinkAsync(ada.Email));

        Assert.Equal("password", Assert.Single((await passwords.ResetAsync(Visitor, link, "short", Strange, Token)).Problem!.Errors).Path);
        Assert.True(await passwords.IsLinkGoodAsync(link, Token));
        for (var i = 0; i < SignInGate.Free; i++)
        {
            await SignIn.PasswordAsync(Visitor, ada.Email, "wrong wrong wrong", Strange, Token);
        }

        var key = (await passwords.ResetAsync(Visitor, link, "four other plain words", Strange, Token)).Value;
        Assert.Equal("reset-link-invalid", CodeOf(await passwords.ResetAsync(Visitor, link, "five other plain words", Strange, Token)));
        // Guesses of others keep strangers waiting, not who has the mailbox.
        Assert.NotNull((await SignIn.PasswordAsync(Visitor, ada.Email, "four other plain words", Strange, Token)).Problem);
        var own = Strange with { BrowserKey = key };
        Assert.Null((await SignIn.PasswordAsync(Visitor, ada.Email, "four other plain words", own, Token)).Problem);

        Time.Advance(ResetRequests.Pause);
        passwords.RequestReset(Visitor, ada.Email);
        link = await MailedLinkAsync(ada.Email);
        Time.Advance(MailedLink.ResetLife);
        Assert.False(await passwords.IsLinkGoodAsync(link, Token));
    }

    [Fact]
    public async Task An_address_counts_when_its_mailbox_has_answered_and_each_has_one_account()
    {
        var ada = await AccountAsync();
        await AccountAsync(null, "eve");
        var actor = await ActorAsync(await EnterAsync(ada));
        var profiles = Get<ProfileService>();
        Assert.Null((await profiles.RequestEmailAsync(actor, "lovelace@example.org", Token)).Problem);
        Assert.Equal("ada@example.org", (await profiles.GetAsync(actor, Token)).Value.Email);
        var link = await MailedLinkAsync("lovelace@example.org");
        Assert.Equal("lovelace@example.org", (await profiles.ConfirmEmailAsync(Visitor, link, Token)).Value);
        Assert.Equal("confirm-link-invalid", CodeOf(await profiles.ConfirmEmailAsync(Visitor, link, Token)));
        Assert.True((await profiles.GetAsync(actor, Token)).Value.IsEmailConfirmed);
        // The mailbox of before is told.
        Assert.Contains((await Get<MailService>().ListAsync(Actor.Server, Token)).Value, mail => mail.To == "ada@example.org");

        // Asking tells nothing of who has which address; only its mailbox does.
        Assert.Null((await profiles.RequestEmailAsync(actor, "eve@example.org", Token)).Problem);
        Assert.Equal("email-taken", CodeOf(await profiles.ConfirmEmailAsync(Visitor, await MailedLinkAsync("eve@example.org"), Token)));
    }
}
