using HostingPanel.Accounts;

namespace HostingPanel.Tests.Accounts;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("three plain words")]
    [InlineData("orbit lantern mustard")]
    [InlineData("839105726403915")]
    [InlineData("ÜbermorgenWirdGebacken")]
    [InlineData("xK9#mQ2vLp7w")]
    [InlineData("summer house in the mountains")]
    public void What_is_long_and_nobodys_is_good_without_any_rule_of_composition(string password) =>
        Assert.Null(PasswordRules.Fault(password, "ada@example.org", "Ada Lovelace"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("eleven char")]
    public void What_is_short_is_refused(string? password) =>
        Assert.Contains("at least 12", PasswordRules.Fault(password), StringComparison.Ordinal);

    [Fact]
    public void What_is_longer_than_can_be_hashed_in_a_moment_is_refused() =>
        Assert.Contains(
            "at most",
            PasswordRules.Fault(string.Concat(Enumerable.Range(0, 100).Select(i => $"{i}x "))),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("password1234")]
    [InlineData("Password123!")]
    [InlineData("P@ssw0rd2026!")]
    [InlineData("passwordpassword")]
    [InlineData("qwertyuiop123456")]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("abcdefghijklmnop")]
    [InlineData("123456789012")]
    [InlineData("letmein-letmein!")]
    [InlineData("iloveyou1234")]
    [InlineData("administrator")]
    [InlineData("Welcome-2026-2026")]
    [InlineData("correct horse battery staple")]
    [InlineData("correcthorsebatterystaple")]
    public void What_is_tried_first_is_refused(string password) =>
        Assert.Contains("tried first", PasswordRules.Fault(password), StringComparison.Ordinal);

    [Theory]
    [InlineData("lovelace.ada1")]
    [InlineData("ada.lovelace@example")]
    [InlineData("L0velace-2026!")]
    [InlineData("hostingpanel42")]
    [InlineData("wordpress-panel-1")]
    public void What_is_about_the_person_or_the_panel_is_refused(string password) =>
        Assert.NotNull(PasswordRules.Fault(password, "ada.lovelace@example.org", "Ada Lovelace"));

    [Fact]
    public void What_repeats_few_characters_is_refused() =>
        Assert.Contains("repeats", PasswordRules.Fault("abababababababab"), StringComparison.Ordinal);
}
