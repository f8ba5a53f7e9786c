using HostingPanel.Web.Tokens;

namespace HostingPanel.Web.Tests.Tokens;

/// <summary>What is typed about a token becomes what is asked for, and nothing more.</summary>
public sealed class TokenDraftFormTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_left_empty_is_no_limit()
    {
        var command = new TokenDraftForm { Name = "form", Days = 0 }.ToCommand(Now);
        Assert.Equal(
            ("form", null, null, null, null),
            (command.Name, command.ExpiresAt, command.Organisation, command.Site, command.Scopes)
        );
        Assert.False(command.IsReadOnly);
        Assert.Null(command.AllowedNetworks);
    }

    [Fact]
    public void Each_limit_is_asked_for_as_it_was_chosen()
    {
        var draft = new TokenDraftForm
        {
            Name = "form",
            Days = 30,
            Organisation = "springfield",
            Site = " food-bank ",
            Reach = "chosen",
            Networks = "203.0.113.7, 2001:db8::/32\n10.0.0.0/8",
        };
        draft.Scopes.UnionWith(["sites.read", "backups.take"]);
        var command = draft.ToCommand(Now);
        Assert.Equal((Now.AddDays(30), "springfield", "food-bank"), (command.ExpiresAt, command.Organisation, command.Site));
        Assert.Equal(["backups.take", "sites.read"], command.Scopes);
        Assert.Equal(["203.0.113.7", "2001:db8::/32", "10.0.0.0/8"], command.AllowedNetworks);

        draft.Reach = "read";
        Assert.True(draft.ToCommand(Now).IsReadOnly);
        Assert.Null(draft.ToCommand(Now).Scopes);
    }
}
