using Bunit;
using HostingPanel.Platform;
using HostingPanel.Traffic;
using HostingPanel.Web.Components;
using HostingPanel.Web.Tests.Components;
using HostingPanel.Web.Traffic;

namespace HostingPanel.Web.Tests.Traffic;

/// <summary>The form of what a site's visitors are led to and kept from.</summary>
public sealed class TrafficFormTests : ComponentTest
{
    private static readonly SiteTraffic Defaults = new() { ExpensivePaths = ["/login"] };

    [Fact]
    public void What_differs_from_the_blueprint_is_marked_and_goes_back_by_a_button()
    {
        var (form, draft) = RenderForm(Defaults with { PagesPerMinute = 100 }, ["pagesPerMinute"]);

        Assert.Equal("Set here", Assert.Single(form.FindAll(".chip")).TextContent);
        form.Find("button[aria-label='Back to default: Pages a minute']").Click();

        Assert.Equal(600, draft.ToCommand().PagesPerMinute);
        Assert.Equal("600", form.Find("#traffic-pagesPerMinute").GetAttribute("value"));
    }

    [Fact]
    public void What_is_typed_is_what_is_asked_for()
    {
        var (form, draft) = RenderForm(Defaults);

        form.Find("#traffic-redirects").Input("/old /new\n\n  /away   https://example.org 302\n/broken");
        form.Find("#traffic-maintenanceText").Input("We move.");
        form.Find("#traffic-aiCrawlers").Change("Refuse");
        form.Find("#traffic-queueLength").Input("many");
        var command = draft.ToCommand();

        Assert.Equal(
            [
                new TrafficRedirect("/old", "/new"),
                new TrafficRedirect("/away", "https://example.org", false),
                new TrafficRedirect("/broken", ""),
            ],
            command.Redirects
        );
        Assert.Equal(("We move.", CrawlerPolicy.Refuse, -1), (command.MaintenanceText, command.AiCrawlers, command.QueueLength));
        Assert.Null(command.Login);
    }

    [Fact]
    public void Whoever_may_only_lead_visitors_sees_no_limits()
    {
        var (form, _) = RenderForm(Defaults, mayShield: false);

        Assert.Empty(form.FindAll("#traffic-pagesPerMinute, #traffic-allowedAddresses, #traffic-maxConcurrent"));
        Assert.NotEmpty(form.FindAll("#traffic-maintenanceText, #traffic-redirects, #traffic-aiCrawlers"));
    }

    [Fact]
    public void A_password_is_never_in_the_page_and_stays_when_nothing_is_typed()
    {
        var (form, draft) = RenderForm(Defaults with { Login = new TrafficLogin("preview", "") }, ["login"]);

        Assert.Equal("password", form.Find("#traffic-password").GetAttribute("type"));
        Assert.True(string.IsNullOrEmpty(form.Find("#traffic-password").GetAttribute("value")));
        Assert.Equal(new TrafficLoginCommand("preview", null), draft.ToCommand().Login);
    }

    [Fact]
    public void What_is_wrong_stands_at_its_field_and_a_lock_out_can_be_meant()
    {
        var wrong = Problem.Invalid([new FieldError("redirects[1].to", "No such place."), new FieldError("login.user", "A name.")]);
        var (form, _) = RenderForm(
            Defaults with
            {
                Login = new TrafficLogin("preview", ""),
            },
            faults: FormFaults.Of(wrong, TrafficForm.Fields)
        );
        Assert.Contains("No such place.", form.Find("#traffic-redirects-fault").TextContent, StringComparison.Ordinal);
        Assert.Contains("A name.", form.Find("#traffic-user-fault").TextContent, StringComparison.Ordinal);

        var lockout = new Problem(ProblemKind.Conflict, "locks-you-out", "You visit from 192.0.2.1.");
        var (closed, draft) = RenderForm(Defaults, faults: FormFaults.Of(lockout, TrafficForm.Fields));
        closed.Find(".form-problem input[type=checkbox]").Change(true);
        Assert.True(draft.ToCommand().EvenForMe);
    }

    [Fact]
    public void What_was_refused_is_told_in_one_sentence_with_its_reasons()
    {
        var view = View(Defaults) with
        {
            Refused =
            [
                new RefusedView(TrafficRefusal.Any, 1204, 3),
                new RefusedView(TrafficRefusal.Pages, 1200, 3),
                new RefusedView(TrafficRefusal.Queue, 4, 1),
            ],
            RefusedToday = 5000,
        };
        var text = Render<RefusedNote>(parameters => parameters.Add(note => note.View, view)).Markup;

        Assert.Contains("1,204 requests of 3 addresses were refused in the last hour.", text, StringComparison.Ordinal);
        Assert.Contains("4 requests</strong> of 1 address: too many waited", text, StringComparison.Ordinal);
        Assert.Contains("5,000 requests in the last 24 hours", text, StringComparison.Ordinal);
        Assert.Contains(
            "Nothing was refused",
            Render<RefusedNote>(parameters => parameters.Add(note => note.View, View(Defaults))).Markup,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Every_reason_has_words() =>
        Assert.All(Enum.GetValues<TrafficRefusal>(), reason => Assert.NotEmpty(TrafficWords.Of(reason)));

    private static TrafficView View(SiteTraffic settings, IReadOnlyList<string>? changed = null, bool mayShield = true) =>
        new(settings, Defaults, changed ?? [], null, null, null, null, true, mayShield, [], 0);

    private (IRenderedComponent<TrafficForm> Form, TrafficDraft Draft) RenderForm(
        SiteTraffic settings,
        IReadOnlyList<string>? changed = null,
        bool mayShield = true,
        FormFaults? faults = null
    )
    {
        var draft = TrafficDraft.From(settings);
        var form = Render<TrafficForm>(parameters =>
            parameters
                .Add(form => form.Draft, draft)
                .Add(form => form.View, View(settings, changed, mayShield))
                .Add(form => form.Faults, faults ?? FormFaults.None)
        );
        return (form, draft);
    }
}
