using Bunit;
using HostingPanel.Backups.InPlace;
using HostingPanel.Web.Backups.InPlace;

namespace HostingPanel.Web.Tests.Backups;

public sealed class InPlaceNoteTests : BackupComponentTest
{
    private static readonly InPlaceRestoreView Restored = new(
        Guid.CreateVersion7(Now),
        Guid.CreateVersion7(Now),
        "Ada",
        Now.AddHours(-1),
        SafetyPointId: Guid.CreateVersion7(Now),
        SwappedAt: Now.AddMinutes(-59),
        UndoneAt: null,
        KeptUntil: Now.AddDays(9),
        TimeSpan.FromSeconds(40),
        TimeSpan.FromSeconds(3),
        Notes: ["The release of web is gone; the nearest was taken."],
        UndoRefusal: null
    );

    [Fact]
    public void While_it_can_be_undone_the_way_back_is_offered()
    {
        var asked = 0;
        var note = Render<InPlaceNote>(parameters =>
            parameters.Add(note => note.Slug, "food-bank").Add(note => note.Restore, Restored).Add(note => note.OnUndo, () => asked++)
        );
        note.Find("button").Click();
        Assert.Equal(1, asked);
        Assert.Contains("for sure until in 9 days", note.Markup, StringComparison.Ordinal);
        Assert.Contains("The release of web is gone", note.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void When_it_can_not_be_undone_it_says_why() =>
        Assert.Contains(
            "The old set was purged.",
            Note(Restored with { UndoRefusal = new Problem(ProblemKind.Conflict, "set-gone", "The old set was purged.") }).Markup,
            StringComparison.Ordinal
        );

    [Fact]
    public void Once_it_was_undone_there_is_nothing_to_say() => Assert.Empty(Note(Restored with { UndoneAt = Now }).Markup.Trim());

    private IRenderedComponent<InPlaceNote> Note(InPlaceRestoreView? restore) =>
        Render<InPlaceNote>(parameters => parameters.Add(note => note.Slug, "food-bank").Add(note => note.Restore, restore));
}
