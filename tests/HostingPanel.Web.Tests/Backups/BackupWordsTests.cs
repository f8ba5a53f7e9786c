using HostingPanel.Backups;
using HostingPanel.Web.Backups;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Tests.Backups;

public sealed class BackupWordsTests : BackupComponentTest
{
    [Fact]
    public void A_target_is_what_last_came_of_it()
    {
        Assert.Equal((Tone.Warn, "Never tried"), BackupWords.StateOf(Target()));
        Assert.Equal((Tone.Ok, "Works"), BackupWords.StateOf(Target(successAt: Now)));
        Assert.Equal((Tone.Bad, "Failing"), BackupWords.StateOf(Target(successAt: Now.AddDays(-1), fault: "It does not answer.")));
        Assert.Equal((Tone.Ok, "Works"), BackupWords.StateOf(Target(successAt: Now, fault: "It did not answer.")));
        Assert.Equal((Tone.Off, "Retired"), BackupWords.StateOf(Target(retiredAt: Now)));
        Assert.Equal((Tone.Warn, "Not saved"), BackupWords.StateOf(Target(retiredAt: Now.AddDays(-9))));
    }

    [Fact]
    public void Where_nothing_lies_a_target_is_removed_and_elsewhere_it_is_retired()
    {
        Assert.Equal("Retire", BackupQuestions.Retire(Target()).Button);
        Assert.Equal("Remove", BackupQuestions.Retire(Target() with { Repositories = 0 }).Button);
        Assert.Equal("Retire", BackupQuestions.Retire(Target(kind: TargetKind.Local) with { Repositories = 0 }).Button);
    }
}
