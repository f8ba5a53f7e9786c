using Bunit;
using HostingPanel.Backups;
using HostingPanel.Web.Backups;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Tests.Backups;

public sealed class TargetFormTests : BackupComponentTest
{
    private readonly TargetDraft _draft = new();
    private int _tests;

    [Theory]
    [InlineData(TargetKind.Sftp, "target-user", "target-sshKey", "target-sshKnownHosts")]
    [InlineData(TargetKind.S3, "target-accessKeyId", "target-secretAccessKey", "target-path")]
    [InlineData(TargetKind.Rest, "target-username", "target-password", "target-path")]
    public void Each_kind_asks_for_what_it_needs(TargetKind kind, params string[] ids)
    {
        var form = Form();
        form.FindAll("input[type=radio]").Single(choice => choice.GetAttribute("value") == kind.ToString()).Change(kind.ToString());
        Assert.All(ids, id => Assert.NotNull(form.Find($"#{id}")));
        Assert.Equal(kind == TargetKind.Sftp, form.FindAll("#target-user").Count == 1);
        Assert.Equal(kind == TargetKind.Sftp, form.FindAll("input[type=checkbox]").Count == 0);
    }

    [Fact]
    public void What_is_typed_becomes_the_command_and_what_belongs_to_another_kind_stays_behind()
    {
        var form = Form();
        form.Find("#target-name").Input("offsite");
        form.Find("#target-host").Input("backup.example.org");
        form.Find("#target-user").Input("backup");
        form.Find("#target-path").Input("/srv");
        form.Find("#target-sshKey").Input("KEY");
        form.FindAll("input[type=radio]").Single(choice => choice.GetAttribute("value") == "Rest").Change("Rest");
        form.Find("#target-port").Input("8000");
        form.Find("#target-password").Input("secret");
        form.Find("form").Submit();

        Assert.Equal(1, _tests);
        var command = _draft.ToCommand(isDraft: true);
        Assert.Equal(
            ("offsite", TargetKind.Rest, "backup.example.org", 8000, null, "/srv", true),
            (command.Name, command.Kind, command.Host, command.Port, command.User, command.Path, command.IsDraft)
        );
        Assert.Equal(["password"], command.Credentials!.Keys);
    }

    [Fact]
    public void A_number_that_is_none_is_refused_and_not_forgotten()
    {
        _draft.Port = "ssh";
        Assert.Equal(0, _draft.ToCommand(isDraft: false).Port);
    }

    [Fact]
    public void Secrets_are_typed_unseen_and_the_host_keys_say_how_to_get_them()
    {
        var form = Form();
        form.Find("#target-host").Input("backup.example.org");
        form.Find("#target-port").Input("2222");
        Assert.Contains(
            "ssh-keyscan -p 2222 backup.example.org",
            form.Find("#target-sshKnownHosts-help").TextContent,
            StringComparison.Ordinal
        );
        form.FindAll("input[type=radio]").Single(choice => choice.GetAttribute("value") == "S3").Change("S3");
        Assert.Equal(
            ("password", "new-password"),
            (form.Find("#target-secretAccessKey").GetAttribute("type"), form.Find("#target-secretAccessKey").GetAttribute("autocomplete"))
        );
    }

    [Fact]
    public void What_is_wrong_stands_at_its_field()
    {
        var problem = Problem.Invalid([new FieldError("host", "A host is needed."), new FieldError("sshKey", "It is needed.")]);
        var form = Form(FormFaults.Of(problem, TargetForm.Fields));
        Assert.Contains("A host is needed.", form.Find("#target-host-fault").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", form.Find("#target-sshKey").GetAttribute("aria-invalid"));
        form.Find("#target-sshKey").Input("KEY");
        Assert.Null(form.Find("#target-sshKey").GetAttribute("aria-invalid"));
    }

    private IRenderedComponent<TargetForm> Form(FormFaults? faults = null) =>
        Render<TargetForm>(parameters =>
            parameters
                .Add(form => form.Draft, _draft)
                .Add(form => form.Faults, faults ?? FormFaults.None)
                .Add(form => form.OnTest, () => _tests++)
        );
}
