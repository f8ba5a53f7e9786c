using Bunit;
using HostingPanel.Operations;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Operations;

public sealed class StepListTests : ComponentTest
{
    [Theory]
    [InlineData(StepState.Pending, "waiting")]
    [InlineData(StepState.Running, "running")]
    [InlineData(StepState.Done, "done")]
    [InlineData(StepState.Failed, "failed")]
    [InlineData(StepState.Undone, "undone")]
    [InlineData(StepState.Skipped, "not needed")]
    public void A_steps_state_is_said_in_words_too(StepState state, string word)
    {
        var list = Show(Step("network", state));
        Assert.Equal($"Do network ({word})", list.Find(".step-title").TextContent);
    }

    [Fact]
    public void Steps_are_in_order_with_their_messages()
    {
        var list = Show(Step("a", StepState.Done), Step("b", StepState.Failed, "exit 1"), Step("c", StepState.Skipped));
        Assert.Equal(["a", "b", "c"], list.FindAll(".step-title").Select(title => title.TextContent.Split(' ')[1]));
        Assert.Equal("exit 1", list.Find(".step-failed .step-message").TextContent);
        Assert.Equal("1.5 s", list.Find(".step-done .step-time").TextContent.Trim());
        Assert.Empty(list.Find(".step-skipped .step-time").TextContent.Trim());
    }

    [Fact]
    public void A_running_step_counts_its_seconds_by_itself()
    {
        var list = Show(Step("a", StepState.Running));
        Assert.Equal("5.0 s", list.Find(".step-time").TextContent.Trim());
        Clock.Advance(TimeSpan.FromSeconds(7));
        list.WaitForAssertion(() => Assert.Equal("12 s", list.Find(".step-time").TextContent.Trim()));
    }

    private IRenderedComponent<StepList> Show(params StepView[] steps) =>
        Render<StepList>(parameters => parameters.Add(list => list.Steps, steps));
}
