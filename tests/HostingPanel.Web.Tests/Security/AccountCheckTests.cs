using HostingPanel.Accounts;
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
        var (id, stamp) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await App.ExecuteAsync(
            "INSERT INTO accounts (id, email, normalized_email, name, password_hash, role, security_stamp, failed_sign_ins, created_at) "
                + "VALUES ($1, 'eve@example.org', 'eve@example.org', 'Eve', 'x', 'Administrator', $2, 0, now())",
            id,
            stamp
        );
        var check = new AccountCheck(App.Services.GetRequiredService<AccountService>(), _time);
        var principal = new AccountView(id, "eve@example.org", "Eve", Access.StaffRole.Administrator, stamp).ToPrincipal("test");
        Assert.True(await check.IsGoodAsync(principal, Cancellation));

        await App.ExecuteAsync("UPDATE accounts SET security_stamp = $2 WHERE id = $1", id, Guid.CreateVersion7());
        Assert.True(await check.IsGoodAsync(principal, Cancellation));
        _time.Advance(AccountCheck.Interval);
        Assert.False(await check.IsGoodAsync(principal, Cancellation));
    }

    [Fact]
    public async Task A_principal_without_an_account_has_no_session()
    {
        var check = new AccountCheck(App.Services.GetRequiredService<AccountService>(), _time);
        Assert.False(await check.IsGoodAsync(new System.Security.Claims.ClaimsPrincipal(), Cancellation));
    }
}
