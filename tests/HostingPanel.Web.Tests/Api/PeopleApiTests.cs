using HostingPanel.Client;
using HostingPanel.Web.Tests.AccessMatrix;

namespace HostingPanel.Web.Tests.Api;

/// <summary>People, invitations and mail, through the typed client.</summary>
public sealed class PeopleApiTests(PanelApp app) : AccessTest(app)
{
    [Fact]
    public async Task An_administrators_script_looks_after_the_staff_and_the_last_administrator_stays()
    {
        var account = await App.NewAccountAsync(role: null);
        await Api.People.SetRoleAsync(account.Id, new SetStaffRoleRequest(PersonRole.Operator), Cancellation);
        await Api.People.SuspendAsync(account.Id, Cancellation);
        var listed = Assert.Single((await Api.People.ListAsync(Cancellation)).Items, person => person.Id == account.Id);
        Assert.Equal((PersonRole.Operator, account.Email, false, 0), (listed.Role, listed.Email, listed.HasSecondFactor, listed.Sessions));
        Assert.NotNull(listed.SuspendedAt);
        await Api.People.ResumeAsync(account.Id, Cancellation);
        await Api.People.TakeRoleAsync(account.Id, Cancellation);
        listed = Assert.Single((await Api.People.ListAsync(Cancellation)).Items, person => person.Id == account.Id);
        Assert.Equal((null, null), (listed.Role, listed.SuspendedAt));

        var nothing = await RefusalAsync(() => Api.People.SetRoleAsync(account.Id, new SetStaffRoleRequest(null), Cancellation));
        Assert.Equal("role", Assert.Single(nothing.Errors).Path);
        await App.ExecuteAsync("UPDATE accounts SET role = NULL");
        await Api.People.SetRoleAsync(account.Id, new SetStaffRoleRequest(PersonRole.Administrator), Cancellation);
        foreach (
            var act in (Func<Task>[])
                [
                    () => Api.People.TakeRoleAsync(account.Id, Cancellation),
                    () => Api.People.SuspendAsync(account.Id, Cancellation),
                    () => Api.People.RemoveAsync(account.Id, Cancellation),
                ]
        )
        {
            Assert.Equal("last-administrator", (await RefusalAsync(act)).Code);
        }

        var gone = await RefusalAsync(() => Api.People.EndSessionsAsync(Guid.CreateVersion7(), Cancellation));
        Assert.Equal((404, "person-not-found"), (gone.Status, gone.Code));
    }

    [Fact]
    public async Task A_script_ends_somebodys_sessions_and_takes_lost_factors_away()
    {
        var account = await App.NewAccountAsync(HostingPanel.Access.StaffRole.Auditor);
        App.CookieOf(account);
        Assert.Equal(1, (await FindAsync()).Sessions);
        await Api.People.EndSessionsAsync(account.Id, Cancellation);
        Assert.Equal(0, (await FindAsync()).Sessions);
        await App.ExecuteAsync(
            "INSERT INTO one_time_codes (account_id, secret, last_step, created_at) VALUES ($1, '', 0, now())",
            account.Id
        );
        Assert.True((await FindAsync()).HasSecondFactor);
        await Api.People.ResetFactorsAsync(account.Id, Cancellation);
        Assert.False((await FindAsync()).HasSecondFactor);
        Assert.Contains((await Api.Mail.ListAsync(Cancellation)).Items, mail => mail.To == account.Email && mail.Body is not null);

        async Task<Person> FindAsync() => Assert.Single((await Api.People.ListAsync(Cancellation)).Items, found => found.Id == account.Id);
    }

    [Fact]
    public async Task Owners_invite_to_what_is_theirs_and_see_those_invitations_alone()
    {
        var world = await NewWorldAsync();
        var (owner, stranger) = (ClientOf(world, Who.Owner), ClientOf(world, Who.OtherTenant));
        var (organisation, site) = (world.Own.Organisation, world.Own.Site);
        var member = await owner.Invitations.CreateAsync(
            new InviteRequest("bob@example.org", Organisation: organisation, OrganisationRole: MemberRole.Viewer),
            cancellationToken: Cancellation
        );
        var developer = await owner.Invitations.CreateAsync(
            new InviteRequest("eve@example.org", Site: site, SiteAccessDays: 7),
            cancellationToken: Cancellation
        );
        Assert.Contains("for 7 days", developer.ToWhat, StringComparison.Ordinal);
        var listed = (await owner.Invitations.ListAsync(organisation, Cancellation)).Items;
        Assert.Equal([member.Id, developer.Id], listed.Select(invitation => invitation.Id));

        // Nobody else sees, sends or withdraws them, nor invites there.
        foreach (
            var act in (Func<Task>[])
                [
                    () => stranger.Invitations.ListAsync(organisation, Cancellation),
                    () => stranger.Invitations.ResendAsync(member.Id, cancellationToken: Cancellation),
                    () => stranger.Invitations.WithdrawAsync(member.Id, Cancellation),
                    () =>
                        stranger.Invitations.CreateAsync(
                            new InviteRequest("x@example.org", Organisation: organisation, OrganisationRole: MemberRole.Owner),
                            cancellationToken: Cancellation
                        ),
                    () =>
                        stranger.Invitations.CreateAsync(
                            new InviteRequest("x@example.org", Site: site, SiteAccessDays: 1),
                            cancellationToken: Cancellation
                        ),
                ]
        )
        {
            Assert.Equal(404, (await RefusalAsync(act)).Status);
        }

        Assert.Equal(
            "not-permitted",
            (await RefusalAsync(() => ClientOf(world, Who.Manager).Invitations.WithdrawAsync(member.Id, Cancellation))).Code
        );
        Assert.Equal("not-permitted", (await RefusalAsync(() => owner.Invitations.ListAsync(null, Cancellation))).Code);
        var again = await RefusalAsync(() =>
            owner.Invitations.CreateAsync(
                new InviteRequest("bob@example.org", Organisation: organisation, OrganisationRole: MemberRole.Owner),
                cancellationToken: Cancellation
            )
        );
        Assert.Equal((409, "already-invited"), (again.Status, again.Code));
        Assert.True((await owner.Invitations.ResendAsync(member.Id, cancellationToken: Cancellation)).ExpiresAt >= member.ExpiresAt);
        await owner.Invitations.WithdrawAsync(member.Id, Cancellation);
        Assert.Equal(
            "invitation-not-found",
            (await RefusalAsync(() => owner.Invitations.ResendAsync(member.Id, cancellationToken: Cancellation))).Code
        );
        var vague = await RefusalAsync(() =>
            Api.Invitations.CreateAsync(new InviteRequest("bob@example.org"), cancellationToken: Cancellation)
        );
        Assert.Equal("staffRole", Assert.Single(vague.Errors).Path);
    }

    [Fact]
    public async Task The_mail_server_is_set_without_its_password_ever_coming_back()
    {
        Assert.Equal("mail-server-not-found", (await RefusalAsync(() => Api.Mail.GetServerAsync(Cancellation))).Code);
        Assert.Equal(
            "no-mail-server",
            (await RefusalAsync(() => Api.Mail.TestAsync(new TestMailRequest("a@example.org"), cancellationToken: Cancellation))).Code
        );
        await AddSealingKeyAsync();
        var server = await Api.Mail.SetServerAsync(
            new SetMailServerRequest("smtp.example.org", 587, "panel@example.org", "Panel", UserName: "panel", Password: "canary"),
            Cancellation
        );
        Assert.Equal((true, true, "panel"), (server.Tls, server.HasPassword, server.UserName));
        Assert.Equal(server, await Api.Mail.GetServerAsync(Cancellation));
        var wrong = await RefusalAsync(() =>
            Api.Mail.SetServerAsync(new SetMailServerRequest("no host", null, "nobody", " "), Cancellation)
        );
        Assert.Equal(["host", "port", "sender", "senderName"], wrong.Errors.Select(error => error.Path));

        // A script has no address of its own.
        var nowhere = await RefusalAsync(() => Api.Mail.TestAsync(new TestMailRequest(null), cancellationToken: Cancellation));
        Assert.Equal("to", Assert.Single(nowhere.Errors).Path);
        var test = await Api.Mail.TestAsync(new TestMailRequest("ada@example.org"), cancellationToken: Cancellation);
        Assert.Equal((MailState.Waiting, 0), (test.State, test.Attempts));
        Assert.Equal(test.Id, (await Api.Mail.ListAsync(Cancellation)).Items[0].Id);
        await Api.Mail.ForgetServerAsync(Cancellation);
        Assert.Equal(404, (await RefusalAsync(() => Api.Mail.GetServerAsync(Cancellation))).Status);
    }

    private PanelClient ClientOf(AccessWorld world, Who who) => new(App.Http(world.SecretOf(who)));
}
