using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class TargetApiTests(PanelApp app) : VolumeApiTest(app)
{
    private const string Canary = "canary-7f3a-password";

    [Fact]
    public async Task A_target_is_added_once_for_each_key_and_what_lets_one_in_is_never_shown()
    {
        await AddSealingKeyAsync();
        var request = Request(NewName("rest"));
        var made = await Api.Backups.AddTargetAsync(request, "target-key", Cancellation);
        Assert.Equal((request.Name, TargetKind.Rest, "https://rest.example.org:8000/all"), (made.Name, made.Kind, made.Address));
        Assert.Equal(made.Id, (await Api.Backups.AddTargetAsync(request, "target-key", Cancellation)).Id);
        Assert.Equal(
            "target-exists",
            (await RefusalAsync(() => Api.Backups.AddTargetAsync(request, cancellationToken: Cancellation))).Code
        );

        using var http = App.Http(await App.NewSecretAsync("targets"));
        Assert.DoesNotContain(
            Canary,
            await http.GetStringAsync(new Uri("/api/v1/backup-targets", UriKind.Relative), Cancellation),
            StringComparison.Ordinal
        );
        await Api.Backups.RetireTargetAsync(made.Id, Cancellation);
        Assert.DoesNotContain((await Api.Backups.ListTargetsAsync(Cancellation)).Items, target => target.Id == made.Id);
    }

    [Fact]
    public async Task Each_thing_that_is_wrong_with_a_target_is_told_at_its_place()
    {
        var refusal = await RefusalAsync(() =>
            Api.Backups.AddTargetAsync(
                new NewBackupTargetRequest("Off Site", TargetKind.Sftp, "127.0.0.1", 0, "--x", "../x"),
                cancellationToken: Cancellation
            )
        );
        Assert.Equal(400, refusal.Status);
        Assert.Equal(
            ["credentials.sshKey", "credentials.sshKnownHosts", "host", "name", "path", "port", "user"],
            refusal.Errors.Select(error => error.Path).Order(StringComparer.Ordinal)
        );
        var local = await RefusalAsync(() =>
            Api.Backups.AddTargetAsync(new NewBackupTargetRequest(NewName("x"), TargetKind.Local, null), cancellationToken: Cancellation)
        );
        Assert.Equal("kind", Assert.Single(local.Errors).Path);
    }

    [Fact]
    public async Task The_last_target_stays_and_a_test_is_an_operation()
    {
        var local = (await Api.Backups.ListTargetsAsync(Cancellation)).Items.Single(target => target.Kind == TargetKind.Local);
        var others = (await Api.Backups.ListTargetsAsync(Cancellation)).Items.Count(target => target.RetiredAt is null);
        if (others == 1)
        {
            Assert.Equal("last-target", (await RefusalAsync(() => Api.Backups.RetireTargetAsync(local.Id, Cancellation))).Code);
        }

        var accepted = await Api.Backups.TestTargetAsync(local.Id, "test-key", Cancellation);
        Assert.Equal(("test-target", "local"), (accepted.Operation.Kind, accepted.Operation.Target));
        Assert.Equal(accepted.Operation.Id, (await Api.Backups.TestTargetAsync(local.Id, "test-key", Cancellation)).Operation.Id);
        Assert.Equal(
            "backup-target-not-found",
            (await RefusalAsync(() => Api.Backups.TestTargetAsync(Guid.CreateVersion7(), cancellationToken: Cancellation))).Code
        );
        Assert.Equal(
            "backup-target-not-found",
            (await RefusalAsync(() => Api.Backups.RetireTargetAsync(Guid.CreateVersion7(), Cancellation))).Code
        );
    }

    [Fact]
    public async Task A_draft_keeps_nothing_until_it_is_taken_into_use_and_one_that_never_was_is_forgotten()
    {
        await AddSealingKeyAsync();
        var draft = await Api.Backups.AddTargetAsync(Request(NewName("draft")) with { Draft = true }, cancellationToken: Cancellation);
        Assert.Equal(draft.CreatedAt, draft.RetiredAt);
        var tested = await Api.Backups.TestTargetAsync(draft.Id, cancellationToken: Cancellation);
        Assert.Equal("target-busy", (await RefusalAsync(() => Api.Backups.RetireTargetAsync(draft.Id, Cancellation))).Code);
        await Api.Operations.CancelAsync(tested.Operation.Id, cancellationToken: Cancellation);
        await App.ExecuteAsync("UPDATE operations SET state = 'Cancelled', finished_at = now() WHERE id = $1", tested.Operation.Id);

        Assert.Null((await Api.Backups.UseTargetAsync(draft.Id, cancellationToken: Cancellation)).RetiredAt);
        await App.ExecuteAsync(
            "INSERT INTO backup_repositories (id, site_id, target_id, key) VALUES ($1, $2, $3, ''::bytea)",
            Guid.CreateVersion7(),
            Guid.Empty,
            draft.Id
        );
        await Api.Backups.RetireTargetAsync(draft.Id, Cancellation);
        Assert.DoesNotContain((await Api.Backups.ListTargetsAsync(Cancellation)).Items, target => target.Id == draft.Id);
        Assert.Equal(
            "backup-target-not-found",
            (await RefusalAsync(() => Api.Backups.UseTargetAsync(draft.Id, cancellationToken: Cancellation))).Code
        );
    }

    private static NewBackupTargetRequest Request(string name) =>
        new(
            name,
            TargetKind.Rest,
            "rest.example.org",
            8000,
            Path: "/all",
            Credentials: new Dictionary<string, string>(StringComparer.Ordinal) { ["username"] = "panel", ["password"] = Canary }
        );
}
