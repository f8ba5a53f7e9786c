using HostingPanel.Access;
using HostingPanel.Accounts;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Tests.Accounts;

/// <summary>ABUSE 11 and 13: what lets people in, and what guesses come to.</summary>
public sealed class SignInTests(PostgresFixture postgres) : AccountTest(postgres)
{
    [Fact]
    public async Task A_code_counts_once_however_many_ask_at_the_same_moment()
    {
        var ada = await AccountAsync(StaffRole.Administrator);
        var (key, _) = await EnrolAsync(ada);
        // The code that set the app up has counted.
        Assert.Equal("code-refused", CodeOf(await CodeAsync(ada, OneTimeCodes.Of(key, Time.GetUtcNow()))));

        Time.Advance(TimeSpan.FromSeconds(30));
        var code = OneTimeCodes.Of(key, Time.GetUtcNow());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => CodeAsync(ada, code), Token)));
        Assert.Single(outcomes, outcome => outcome.Problem is null);
        Assert.All(outcomes.Where(outcome => outcome.Problem is not null), outcome => Assert.Equal("code-refused", CodeOf(outcome)));
        // A moment later it is still within its window, and still used.
        Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("code-refused", CodeOf(await CodeAsync(ada, code)));
        // The one before it is, too: they only go forward.
        Assert.Equal("code-refused", CodeOf(await CodeAsync(ada, OneTimeCodes.Of(key, Time.GetUtcNow().AddSeconds(-30)))));
    }

    [Fact]
    public async Task A_recovery_code_counts_once_and_new_ones_end_those_of_before()
    {
        var ada = await AccountAsync(StaffRole.Administrator);
        var (_, enrolled) = await EnrolAsync(ada);
        var codes = enrolled.Codes.Codes;
        Assert.Equal(10, codes.Distinct(StringComparer.Ordinal).Count());
        var typed = codes[0].Replace("-", " ", StringComparison.Ordinal).ToUpperInvariant();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => CodeAsync(ada, typed), Token)));
        var session = Assert.Single(outcomes, outcome => outcome.Problem is null).Value;

        var actor = await ActorAsync(session);
        Assert.Equal(9, (await Factors.GetAsync(actor, Token)).Value.RecoveryCodesLeft);
        var renewed = (await Factors.NewRecoveryCodesAsync(actor, Token)).Value.Codes;
        Assert.Equal("code-refused", CodeOf(await CodeAsync(ada, codes[1])));
        Assert.Null((await CodeAsync(ada, renewed[0])).Problem);
        await using var context = await ContextAsync();
        Assert.DoesNotContain(
            renewed,
            code =>
                context
                    .RecoveryCodes.AsEnumerable()
                    .Any(row => System.Text.Encoding.UTF8.GetString(row.Hash).Contains(code, StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_thousand_guesses_are_a_few_and_the_owner_still_gets_in()
    {
        var ada = await AccountAsync(StaffRole.Administrator);
        var (key, enrolled) = await EnrolAsync(ada);
        var own = Strange with { BrowserKey = enrolled.Session.BrowserKey };
        Time.Advance(TimeSpan.FromMinutes(1));
        var good = OneTimeCodes.Of(key, Time.GetUtcNow());
        var guesses = Enumerable.Range(0, 1000).Select(i => $"{i:D6}").Where(guess => guess != good).ToList();
        foreach (var some in guesses.Chunk(8))
        {
            var outcomes = await Task.WhenAll(some.Select(guess => Task.Run(() => CodeAsync(ada, guess), Token)));
            Assert.All(outcomes, outcome => Assert.NotNull(outcome.Problem));
        }

        await using var context = await ContextAsync();
        var attempt = await context.SignInAttempts.SingleAsync(Token);
        // What came after the tenth was not even compared.
        Assert.Equal((SignInAttempt.Elsewhere, SignInGate.Free), (attempt.Place, attempt.Count));
        // From elsewhere not even the right factors count now, password and code alike;
        Assert.Equal("code-refused", CodeOf(await CodeAsync(ada, good)));
        Assert.Equal("sign-in-refused", CodeOf(await SignIn.PasswordAsync(Visitor, ada.Email, Password, Strange, Token)));
        // in the browser that was in before they do at once.
        Assert.Equal(NextFactor.Prove, (await SignIn.PasswordAsync(Visitor, ada.Email, Password, own, Token)).Value.Next);
        Assert.Null((await CodeAsync(ada, good, own)).Problem);
        // And elsewhere after a minute.
        Time.Advance(TimeSpan.FromMinutes(1.1));
        Assert.Null((await CodeAsync(ada, OneTimeCodes.Of(key, Time.GetUtcNow()))).Problem);
    }

    [Fact]
    public async Task Who_guesses_on_waits_longer_each_time_but_never_more_than_an_hour()
    {
        var ada = await AccountAsync();
        var waits = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            Assert.NotNull((await SignIn.PasswordAsync(Visitor, ada.Email, "wrong wrong wrong", Strange, Token)).Problem);
            await using var context = await ContextAsync();
            if ((await context.SignInAttempts.SingleAsync(Token)).BlockedUntil is { } until)
            {
                waits.Add((until - Time.GetUtcNow()).TotalMinutes);
                Time.Advance(until - Time.GetUtcNow());
            }
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60], waits);
        // A day without any, and it is forgotten.
        Time.Advance(SignInGate.Memory + TimeSpan.FromMinutes(1));
        Assert.NotNull((await SignIn.PasswordAsync(Visitor, ada.Email, "wrong wrong wrong", Strange, Token)).Problem);
        Assert.Null((await SignIn.PasswordAsync(Visitor, ada.Email, Password, Strange, Token)).Problem);
    }

    [Fact]
    public async Task A_known_browser_that_guesses_is_known_no_more()
    {
        var ada = await AccountAsync();
        var own = Strange with { BrowserKey = (await EnterAsync(ada)).BrowserKey };
        for (var i = 0; i < SignInGate.Free; i++)
        {
            Assert.NotNull((await SignIn.PasswordAsync(Visitor, ada.Email, "wrong wrong wrong", own, Token)).Problem);
        }

        // It is elsewhere now, where nobody has guessed yet.
        Assert.Null((await SignIn.PasswordAsync(Visitor, ada.Email, Password, own, Token)).Problem);
        await using var context = await ContextAsync();
        Assert.Equal(SignInGate.Free, (await context.SignInAttempts.SingleAsync(Token)).Count);
    }

    [Fact]
    public async Task An_unknown_account_gets_the_same_answer_after_the_same_work()
    {
        var ada = await AccountAsync();
        await AccountAsync(StaffRole.Operator, "eve");
        async Task<(string? Message, int Statements)> TryAsync(string email)
        {
            var message = string.Empty;
            var statements = await StatementsAsync(async () =>
                message = (await SignIn.PasswordAsync(Visitor, email, "wrong wrong wrong", Strange, Token)).Problem!.Message
            );
            return (message, statements);
        }

        var known = await TryAsync(ada.Email);
        Assert.Equal(3, known.Statements);
        Assert.Equal(known, await TryAsync("eve@example.org"));
        Assert.Equal(known, await TryAsync("nobody@example.org"));
        Assert.Equal(known, await TryAsync("nobody2@example.org"));
        // Guessing at those is bounded, and fills no table.
        for (var i = 0; i < 40; i++)
        {
            await SignIn.PasswordAsync(Visitor, "nobody@example.org", null, Strange, Token);
        }

        await using var context = await ContextAsync();
        Assert.InRange(await context.SignInAttempts.CountAsync(Token), 3, 4);
    }

    [Fact]
    public async Task Who_must_have_a_second_factor_gets_nothing_for_a_password()
    {
        var ada = await AccountAsync(StaffRole.Auditor);
        var step = (await SignIn.PasswordAsync(Visitor, ada.Email, Password, Strange, Token)).Value;
        Assert.Equal((NextFactor.SetUp, null), (step.Next, step.Session));
        var app = Factors.NewCodes(ada.Id, ada.Email);
        Assert.Equal("code-wrong", CodeOf(await Factors.EnrolAsync(Visitor, step.Half!, app.Sealed, "000000", Strange, Token)));
        // A secret that was made for somebody else is none.
        var others = Factors.NewCodes(Guid.CreateVersion7(), ada.Email);
        var code = OneTimeCodes.Of(others.Secret, Time.GetUtcNow());
        Assert.Equal("code-wrong", CodeOf(await Factors.EnrolAsync(Visitor, step.Half!, others.Sealed, code, Strange, Token)));

        await EnrolAsync(ada);
        // Whoever has only the password can't put another in its place.
        code = OneTimeCodes.Of(app.Secret, Time.GetUtcNow());
        Assert.Equal("second-factor-exists", CodeOf(await Factors.EnrolAsync(Visitor, step.Half!, app.Sealed, code, Strange, Token)));
    }

    [Fact]
    public async Task Nothing_skips_the_second_factor()
    {
        var (ada, actor) = await AdministratorAsync("ada");
        Assert.Equal("second-factor-required", CodeOf(await Factors.RemoveCodesAsync(actor, Token)));
        Assert.True((await Factors.GetAsync(actor, Token)).Value.HasCodes);

        // A new password by mail lets nobody in.
        Get<PasswordService>().RequestReset(Visitor, ada.Email);
        var link = await MailedLinkAsync(ada.Email);
        Assert.Null((await Get<PasswordService>().ResetAsync(Visitor, link, "four other plain words", Strange, Token)).Problem);
        var step = (await SignIn.PasswordAsync(Visitor, ada.Email, "four other plain words", Strange, Token)).Value;
        Assert.Equal((NextFactor.Prove, null), (step.Next, step.Session));
        // What was begun before the password was changed leads nowhere.
        Assert.Equal("sign-in-expired", CodeOf(await SignIn.CodeAsync(Visitor, SignInService.HalfOf(ada), "123456", Strange, Token)));
    }

    private Task<Outcome<StartedSession>> CodeAsync(Account account, string code, Visit? visit = null) =>
        SignIn.CodeAsync(Visitor, SignInService.HalfOf(account), code, visit ?? Strange, Token);
}
