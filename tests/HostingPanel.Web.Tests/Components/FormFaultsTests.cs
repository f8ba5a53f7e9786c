using HostingPanel.Web.Components;

namespace HostingPanel.Web.Tests.Components;

public sealed class FormFaultsTests
{
    private static readonly string[] Fields = ["slug", "domains"];

    [Fact]
    public void Faults_go_to_their_fields_and_those_of_a_list_to_the_list()
    {
        var problem = Problem.Invalid([
            new FieldError("slug", "No slug."),
            new FieldError("domains[0]", "Bad."),
            new FieldError("domains[2]", "Worse."),
        ]);
        var faults = FormFaults.Of(problem, Fields);
        Assert.Equal("No slug.", faults.At("slug"));
        Assert.Equal("Bad. Worse.", faults.At("domains"));
        Assert.Equal("true", faults.IsInvalid("slug"));
        Assert.Null(faults.General);
    }

    [Fact]
    public void A_fault_of_no_field_of_the_form_is_said_above_it()
    {
        var faults = FormFaults.Of(Problem.Invalid([new FieldError("slug", "No slug."), new FieldError("plan", "No plan.")]), Fields);
        Assert.Equal("No plan.", faults.General?.Message);
        Assert.Equal("No slug.", faults.At("slug"));
    }

    [Fact]
    public void A_refusal_whose_code_is_about_a_field_goes_there()
    {
        var problem = new Problem(ProblemKind.Conflict, "slug-taken", "Taken.");
        var faults = FormFaults.Of(problem, Fields, new Dictionary<string, string>(StringComparer.Ordinal) { ["slug-taken"] = "slug" });
        Assert.Equal("Taken.", faults.At("slug"));
        Assert.Null(faults.General);
    }

    [Fact]
    public void Any_other_refusal_is_said_above_the_form()
    {
        var problem = new Problem(ProblemKind.Unavailable, "x", "Away.");
        Assert.Same(problem, FormFaults.Of(problem, Fields).General);
    }
}
