using Bunit;
using HostingPanel.Backups;
using HostingPanel.Backups.Policies;
using HostingPanel.Web.Backups.Policies;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Tests.Backups;

public sealed class PolicyTests : BackupComponentTest
{
    private static readonly PolicyView Nightly = new(
        PolicyScope.Default,
        Enabled: true,
        OffReason: null,
        Cron: null,
        "22:00",
        "05:00",
        "Europe/Vienna",
        [],
        new RetentionRules(3, 30, 0, 12, 0),
        Now.AddHours(9),
        ChangedAt: null,
        "panel"
    );

    [Theory]
    [InlineData("30 2 * * *", "each day at 02:30")]
    [InlineData("0 4 * * 0", "each Sunday at 04:00")]
    [InlineData("15 3 1 * *", "on day 1 of each month at 03:15")]
    [InlineData("5 * * * *", "each hour, 5 minutes past")]
    [InlineData("H 2 * * *", "by the crontab “H 2 * * *”")]
    [InlineData("*/20 1-5 * * 1", "by the crontab “*/20 1-5 * * 1”")]
    public void A_crontab_is_told_in_words_where_it_is_a_plain_one(string cron, string words) =>
        Assert.Equal(words, PolicyWords.WhenOf(cron));

    [Fact]
    public void A_policy_is_told_in_words()
    {
        Assert.Equal("Once a day between 22:00 and 05:00 (Europe/Vienna)", PolicyWords.When(Nightly));
        Assert.Equal("the last 3, and the newest of each of 30 days and 12 months", PolicyWords.Kept(Nightly.Retention));
        Assert.Equal("Never by itself: a test site", PolicyWords.When(Nightly with { Enabled = false, OffReason = "a test site" }));
    }

    [Fact]
    public void What_is_typed_becomes_the_command()
    {
        var draft = PolicyDraft.From(Nightly);
        var submits = 0;
        var form = Form(draft, onSubmit: () => submits++);
        form.FindAll("input[name=policy-when]")[1].Change(true);
        form.Find("#policy-cron").Input("30 2 * * *");
        Assert.Contains("That is each day at 02:30.", form.Find("#policy-cron-help").TextContent, StringComparison.Ordinal);
        form.Find("#keep-daily").Input("7");
        form.Find("#keep-monthly").Input(string.Empty);
        form.FindAll("fieldset input[type=checkbox]").Single().Change(true);
        form.Find("form").Submit();
        Assert.Equal(1, submits);
        var command = draft.ToCommand();
        Assert.Equal(("30 2 * * *", null, "Europe/Vienna"), (command.Cron, command.WindowFrom, command.TimeZone));
        Assert.Equal((new RetentionRules(3, 7, 0, 0, 0), "local"), (command.Retention, Assert.Single(command.Targets!)));
    }

    [Fact]
    public void Numbers_are_tried_out_while_they_are_typed_and_one_that_is_none_is_refused()
    {
        var tries = 0;
        var draft = PolicyDraft.From(Nightly);
        Form(draft, onTryOut: () => tries++).Find("#keep-last").Input("many");
        Assert.Equal((1, -1), (tries, draft.Retention.Last));
    }

    [Fact]
    public void Faults_stand_at_their_fields_those_of_parts_too()
    {
        var problem = Problem.Invalid([
            new FieldError("window.from", "from is a time of day."),
            new FieldError("retention.daily", "daily is a number."),
        ]);
        var form = Form(PolicyDraft.From(Nightly), FormFaults.Of(problem, PolicyForm.Fields));
        Assert.Contains("from is a time of day.", form.Find("#policy-from-fault").TextContent, StringComparison.Ordinal);
        Assert.Contains("daily is a number.", form.Find("#policy-retention-fault").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_preview_says_what_would_go_and_why_the_rest_stays()
    {
        var items = new[]
        {
            new RetentionItem(
                Guid.CreateVersion7(Now),
                Now.AddDays(-1),
                RestorePointReason.Schedule,
                Goes: false,
                Now: false,
                ["the last 3"]
            ),
            new RetentionItem(Guid.CreateVersion7(Now), Now.AddDays(-40), RestorePointReason.Schedule, Goes: true, Now: true, []),
        };
        var preview = new RetentionPreview(Nightly.Retention, "UTC", items, 0, 10, null, null);
        var list = Render<RetentionPreviewList>(parameters => parameters.Add(list => list.Preview, preview));
        Assert.Equal("1 of 2 backups would go", list.Find("strong").TextContent);
        Assert.Contains("the last 3", list.FindAll("li")[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("preview-goes", list.FindAll("li")[1].ClassName);
    }

    [Fact]
    public void Late_sites_are_named_and_a_dead_scheduler_is_told()
    {
        var note = Render<PromiseNote>(parameters =>
            parameters.Add(
                note => note.Overview,
                new BackupOverview(Now.AddHours(-1), IsScheduling: false, [Health(BackupHealthState.Late), Health(BackupHealthState.Good)])
            )
        );
        Assert.Contains("No backup is taken by itself", note.Markup, StringComparison.Ordinal);
        Assert.Equal("sites/food-bank?tab=backups", note.Find("a").GetAttribute("href"));
        Assert.Contains("one site is late", note.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void With_every_promise_kept_there_is_nothing_to_say() =>
        Assert.Empty(
            Render<PromiseNote>(parameters =>
                parameters.Add(note => note.Overview, new BackupOverview(Now, true, [Health(BackupHealthState.Good)]))
            )
                .Markup.Trim()
        );

    [Fact]
    public void Sites_are_counted_by_what_is_promised_the_bad_first_and_one_state_can_be_chosen()
    {
        var filter = Render<PromiseFilter>(parameters =>
            parameters
                .Add(
                    filter => filter.Sites,
                    [Health(BackupHealthState.Good), Health(BackupHealthState.Late), Health(BackupHealthState.Late)]
                )
                .Add(filter => filter.Wanted, BackupHealthState.Late)
                .Add(filter => filter.Href, state => $"backups?promise={state}")
        );
        Assert.Equal(
            [("2 Late", "backups?promise="), ("1 In time", "backups?promise=Good"), ("Show all", "backups?promise=")],
            filter
                .FindAll("a")
                .Select(link =>
                    (
                        string.Join(' ', link.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
                        link.GetAttribute("href")
                    )
                )
        );
        Assert.Equal("true", filter.Find("a").GetAttribute("aria-current"));
    }

    private static BackupHealth Health(BackupHealthState state) =>
        new("food-bank", "Food Bank", state, null, null, null, null, null, 0, 0, null, null, null, null, null, null, []);

    private IRenderedComponent<PolicyForm> Form(
        PolicyDraft draft,
        FormFaults? faults = null,
        Action? onSubmit = null,
        Action? onTryOut = null
    ) =>
        Render<PolicyForm>(parameters =>
            parameters
                .Add(form => form.Draft, draft)
                .Add(form => form.Targets, ["local"])
                .Add(form => form.Faults, faults ?? FormFaults.None)
                .Add(form => form.OnSubmit, () => onSubmit?.Invoke())
                .Add(form => form.OnTryOut, () => onTryOut?.Invoke())
        );
}
