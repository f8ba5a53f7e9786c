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

    [Fact]
    public async Task A_session_ends_within_half_a_minute_of_its_accounts_change()
    {
        var account = await App.NewAccountAsync(StaffRole.Administrator);
        var check = new AccountCheck(App.Services.GetRequiredService<AccountService>(), _time);
        var principal = account.ToPrincipal("test");
        Assert.True(await check.IsGoodAsync(principal, Cancellation));

        await App.ExecuteAsync("UPDATE accounts SET security_stamp = $2 WHERE id = $1", account.Id, Guid.CreateVersion7());
        Assert.True(await check.IsGoodAsync(principal, Cancellation));
        _time.Advance(AccountCheck.Interval);
        Assert.False(await check.IsGoodAsync(principal, Cancellation));
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
        var check = new AccountCheck(App.Services.GetRequiredService<AccountService>(), _time);
        var actor = await check.ActorAsync(account.ToPrincipal("test"), Cancellation);
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
        var check = new AccountCheck(App.Services.GetRequiredService<AccountService>(), _time);
        var actor = await check.ActorAsync(account.ToPrincipal("test"), Cancellation);
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
    public async Task A_principal_without_an_account_has_no_session()
    {
        var check = new AccountCheck(App.Services.GetRequiredService<AccountService>(), _time);
        Assert.False(await check.IsGoodAsync(new System.Security.Claims.ClaimsPrincipal(), Cancellation));
    }
}
