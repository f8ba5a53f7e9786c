using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Operations;
using HostingPanel.Web.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HostingPanel.Web.Tests.Security;

public sealed class AccountCheckTests(PanelApp app) : Api.ApiTest(app)
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("UPDATE accounts SET security_stamp = gen_random_uuid() WHERE id = $1")]
    [InlineData("UPDATE accounts SET suspended_at = now() WHERE id = $1")]
    [InlineData("UPDATE sessions SET ended_at = now() WHERE account_id = $1")]
    [InlineData("DELETE FROM accounts WHERE id = $1")]
    public async Task Power_ends_within_a_quarter_of_a_minute_of_what_takes_it(string change)
    {
        var account = await App.NewAccountAsync(StaffRole.Operator);
        var actor = await App.ActorOfAsync(account);
        var check = new AccountCheck(App.Services.GetRequiredService<SessionService>(), _time);
        var principal = account.ToPrincipal(actor.SessionId!.Value, "test");
        Assert.True(await check.IsGoodAsync(principal, Cancellation));
        Assert.Equal((account.Id, StaffRole.Operator, actor.SessionId), await WhoAsync());

        await App.ExecuteAsync(change, account.Id);
        Assert.True(await check.IsGoodAsync(principal, Cancellation));
        _time.Advance(AccountCheck.Interval);
        Assert.False(await check.IsGoodAsync(principal, Cancellation));
        Assert.Equal((Guid.Empty, null, null), await WhoAsync());

        async Task<(Guid, StaffRole?, Guid?)> WhoAsync()
        {
            var who = await check.ActorAsync(principal, Cancellation);
            return (who.Id, who.Role, who.SessionId);
        }
    }

    [Fact]
    public async Task An_open_page_has_the_powers_of_now()
    {
        var organisation = await NewOrganisationAsync();
        var account = await App.NewAccountAsync(role: null);
        await App.ExecuteAsync(
            "INSERT INTO memberships (account_id, organisation_id, role, since) SELECT $1, id, 'Manager', now() FROM organisations WHERE slug = $2",
            account.Id,
            organisation.Slug
        );
        var check = new AccountCheck(App.Services.GetRequiredService<SessionService>(), _time);
        var actor = await check.ActorAsync(App.PrincipalOf(account), Cancellation);
        Assert.True(actor.May(Permission.OperateSites, organisation.Slug));

        await App.ExecuteAsync("DELETE FROM memberships WHERE account_id = $1", account.Id);
        _time.Advance(AccountCheck.Interval);
        var later = await actor.NowAsync(Cancellation);
        Assert.False(later.May(Permission.OperateSites, organisation.Slug));
        Assert.Equal(ActorKind.Person, later.Kind);

        await App.ExecuteAsync("UPDATE accounts SET suspended_at = now() WHERE id = $1", account.Id);
        _time.Advance(AccountCheck.Interval);
        Assert.Equal(ActorKind.Nobody, (await actor.NowAsync(Cancellation)).Kind);
    }

    [Fact]
    public async Task Who_watches_an_operation_hears_no_more_once_they_lost_their_power()
    {
        var made = await NewSiteAsync();
        var account = await App.NewAccountAsync(StaffRole.Auditor);
        var check = new AccountCheck(App.Services.GetRequiredService<SessionService>(), _time);
        var actor = await check.ActorAsync(App.PrincipalOf(account), Cancellation);
        await using var watching = App
            .Services.GetRequiredService<OperationService>()
            .WatchAsync(actor, made.Operation.Id, Cancellation)
            .GetAsyncEnumerator(Cancellation);
        Assert.True(await watching.MoveNextAsync());

        await App.ExecuteAsync("UPDATE accounts SET suspended_at = now() WHERE id = $1", account.Id);
        _time.Advance(AccountCheck.Interval);
        Assert.False(await watching.MoveNextAsync());
    }

    [Fact]
    public async Task A_principal_without_a_session_has_none()
    {
        var check = new AccountCheck(App.Services.GetRequiredService<SessionService>(), _time);
        Assert.False(await check.IsGoodAsync(new System.Security.Claims.ClaimsPrincipal(), Cancellation));
    }
}
