using Bunit;
using HostingPanel.Organisations;
using HostingPanel.Web.Components;
using HostingPanel.Web.Organisations;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Organisations;

public sealed class OrganisationFormTests : ComponentTest
{
    private readonly List<CreateOrganisation> _sent = [];

    [Fact]
    public void A_new_one_gets_a_slug_from_its_name_and_the_usual_plan()
    {
        var form = Show(null);
        form.Find("#organisation-name").Input("Night Shelter");
        form.Find("form").Submit();
        Assert.Equal(new CreateOrganisation("night-shelter", "Night Shelter", "standard"), Assert.Single(_sent));
    }

    [Fact]
    public void One_that_exists_keeps_its_slug()
    {
        var form = Show(Organisation());
        Assert.Empty(form.FindAll("#organisation-slug"));
        form.FindAll("input[type=radio]")[0].Change("small");
        form.Find("form").Submit();
        Assert.Equal(new CreateOrganisation("springfield", "Name of springfield", "small"), Assert.Single(_sent));
    }

    [Fact]
    public void A_plan_says_what_a_container_may_use_and_another_one_what_it_means()
    {
        var form = Show(Organisation());
        Assert.Equal(
            [
                "At most 1 site, 5 GB of disk. Each container up to 0.5 CPUs and 1 GB of memory",
                "At most 5 sites, 5 GB of disk. Each container up to 1 CPU and 2 GB of memory",
            ],
            form.FindAll(".choice-text").Select(text => text.TextContent)
        );
        var hints = form.FindAll(".hint").Count;
        form.FindAll("input[type=radio]")[0].Change("small");
        Assert.Equal(hints + 1, form.FindAll(".hint").Count);
        form.FindAll("input[type=radio]")[1].Change("standard");
        Assert.Equal(hints, form.FindAll(".hint").Count);
    }

    [Fact]
    public void Faults_stand_at_their_fields()
    {
        var form = Show(null, FormFaults.Of(Problem.Invalid("name", "A name is needed."), OrganisationForm.Fields));
        Assert.Contains("A name is needed.", form.Find("#organisation-name-fault").TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<OrganisationForm> Show(OrganisationView? organisation, FormFaults? faults = null) =>
        Render<OrganisationForm>(parameters =>
            parameters
                .Add(form => form.Organisation, organisation)
                .Add(
                    form => form.Plans,
                    (IReadOnlyList<PlanView>)
                        [
                            new PlanView("small", "Small (1 site)", 1, 5L << 30, MaxServiceCpus: 0.5m, MaxServiceMemoryBytes: 1L << 30),
                            new PlanView("standard", "Standard (5 sites)", 5, 5L << 30, MaxServiceCpus: 1, MaxServiceMemoryBytes: 2L << 30),
                        ]
                )
                .Add(form => form.Faults, faults ?? FormFaults.None)
                .Add(form => form.OnSubmit, command => _sent.Add(command))
        );
}
