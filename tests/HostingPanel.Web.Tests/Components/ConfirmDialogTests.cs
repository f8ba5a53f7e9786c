using Bunit;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Tests.Components;

public sealed class ConfirmDialogTests : ComponentTest
{
    private readonly List<string> _heard = [];
    private Problem? _answer;

    [Fact]
    public void It_says_what_will_happen()
    {
        var dialog = Show(Question);
        Assert.Contains("It is deleted.", dialog.Markup, StringComparison.Ordinal);
        Assert.Equal(["The volume data is deleted."], dialog.FindAll("li").Select(item => item.TextContent));
        Assert.Equal("Purge for good", dialog.Find("button[type=submit]").TextContent.Trim());
    }

    [Fact]
    public void Without_a_word_to_type_it_can_be_confirmed_at_once()
    {
        var dialog = Show(Question);
        dialog.Find("form").Submit();
        Assert.Equal(["asked", "done"], _heard);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("food", false)]
    [InlineData("Food-Bank", false)]
    [InlineData("food-bank", true)]
    [InlineData(" food-bank ", true)]
    public void What_cannot_be_taken_back_wants_the_word(string typed, bool isDone)
    {
        var dialog = Show(Question with { TypedWord = "food-bank" });
        dialog.Find("#confirm-word").Input(typed);
        Assert.Equal(!isDone, dialog.Find("button[type=submit]").HasAttribute("disabled"));
        dialog.Find("form").Submit();
        Assert.Equal(isDone ? ["asked", "done"] : Array.Empty<string>(), _heard);
    }

    [Fact]
    public void A_refusal_is_shown_and_the_dialog_stays()
    {
        _answer = new Problem(ProblemKind.Conflict, "site-busy", "Something else is being done to it.") { OperationId = Guid.Empty };
        var dialog = Show(Question);
        dialog.Find("form").Submit();
        Assert.Contains("Something else is being done to it.", dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.EndsWith($"operations/{Guid.Empty}", dialog.Find("[role=alert] a").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal(["asked"], _heard);
    }

    [Fact]
    public void Cancel_does_nothing()
    {
        var dialog = Show(Question);
        dialog.Find("button[type=button]").Click();
        Assert.Equal(["cancelled"], _heard);
    }

    private static Confirmation Question =>
        new("Purge food-bank?", "It is deleted.", "Purge for good") { IsDanger = true, Consequences = ["The volume data is deleted."] };

    private IRenderedComponent<ConfirmDialog> Show(Confirmation confirmation) =>
        Render<ConfirmDialog>(parameters =>
            parameters
                .Add(dialog => dialog.Confirmation, confirmation)
                .Add(
                    dialog => dialog.OnConfirm,
                    () =>
                    {
                        _heard.Add("asked");
                        return Task.FromResult(_answer);
                    }
                )
                .Add(dialog => dialog.OnDone, () => _heard.Add("done"))
                .Add(dialog => dialog.OnCancel, () => _heard.Add("cancelled"))
        );
}
