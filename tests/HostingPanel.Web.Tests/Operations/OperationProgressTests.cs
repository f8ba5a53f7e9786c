using Bunit;
using HostingPanel.Operations;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Operations;

public sealed class OperationProgressTests : ComponentTest
{
    private int _cancels;

    [Fact]
    public void A_running_operation_counts_its_steps_and_can_be_cancelled()
    {
        var progress = Show(Operation(OperationState.Running, Step("a", StepState.Done), Step("b", StepState.Running)));
        Assert.Contains("1 of 2 steps done", progress.Find("[role=status]").TextContent, StringComparison.Ordinal);
        progress.Find("button").Click();
        Assert.Equal(1, _cancels);
    }

    [Theory]
    [InlineData(OperationState.Succeeded)]
    [InlineData(OperationState.Failed)]
    [InlineData(OperationState.Cancelled)]
    public void One_that_has_ended_cannot_be_cancelled(OperationState state) => Assert.Empty(Show(Operation(state)).FindAll("button"));

    [Fact]
    public void One_that_is_being_cancelled_says_so_and_is_not_cancelled_twice()
    {
        var progress = Show(Operation(OperationState.Running) with { IsCancelRequested = true });
        Assert.Equal("Cancelling", progress.Find(".chip").TextContent);
        Assert.Empty(progress.FindAll("button"));
    }

    [Fact]
    public void One_that_deletes_for_good_can_be_cancelled_only_while_it_waits()
    {
        Assert.Single(Show(Operation(OperationState.Queued) with { Kind = "purge-site" }).FindAll("button"));
        Assert.Empty(Show(Operation(OperationState.Running) with { Kind = "purge-site" }).FindAll("button"));
    }

    [Theory]
    [InlineData("provision-site", "Failed; what it had made was taken back")]
    [InlineData("restart-site", "Failed")]
    [InlineData("purge-volume", "Failed")]
    public void One_that_failed_claims_to_be_taken_back_only_when_it_is(string kind, string summary)
    {
        var progress = Show(Operation(OperationState.Failed) with { Kind = kind });
        Assert.Equal(summary, progress.Find("[role=status]").TextContent.Split('·')[0].Trim());
    }

    [Fact]
    public void One_that_failed_says_why_and_names_the_mend()
    {
        var progress = Show(
            Operation(OperationState.Failed, Step("a", StepState.Failed)) with
            {
                ErrorMessage = "The image is missing. Run ./panel up.",
            }
        );
        Assert.Contains("Run ./panel up.", progress.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<OperationProgress> Show(OperationView operation) =>
        Render<OperationProgress>(parameters =>
            parameters.Add(progress => progress.Operation, operation).Add(progress => progress.OnCancel, () => _cancels++)
        );
}
