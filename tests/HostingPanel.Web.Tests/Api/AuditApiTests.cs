using System.Net;
using System.Text;
using System.Text.Json;
using HostingPanel.Audit;
using HostingPanel.Client;
using Microsoft.Extensions.DependencyInjection;
using AuditOutcome = HostingPanel.Client.AuditOutcome;

namespace HostingPanel.Web.Tests.Api;

/// <summary>ABUSE 14, 22 and 23 for the audit, beside what it is for.</summary>
public sealed class AuditApiTests(PanelApp app) : VolumeApiTest(app)
{
    [Fact]
    public async Task Who_did_what_to_which_from_where_is_told_with_the_operation()
    {
        var accepted = await NewSiteAsync();
        var entry = Assert.Single(
            (await Api.Audit.ListAsync(new AuditQuery(Operation: accepted.Operation.Id), cancellationToken: Cancellation)).Items
        );
        Assert.Equal(("site.create", AuditOutcome.Accepted, "site"), (entry.Act, entry.Outcome, entry.Target?.Kind));
        Assert.Equal((accepted.Site!.Slug, accepted.Site.Organisation), (entry.Target?.Name, entry.Organisation));
        Assert.Equal(
            (AuditActorKind.Token, "token “tests”", "Administrator", "127.0.0.1"),
            (entry.Actor.Kind, entry.Actor.Name, entry.Actor.Role, entry.Actor.Address)
        );
        var token = (await Api.Tokens.ListAsync(cancellationToken: Cancellation)).Items.Single(token => token.Name == "tests");
        Assert.Equal(token.Id, entry.Actor.Id);

        await Api.Operations.CancelAsync(accepted.Operation.Id, cancellationToken: Cancellation);
        var cancel = (await Api.Audit.ListAsync(new AuditQuery(Act: "operation"), cancellationToken: Cancellation)).Items[0];
        Assert.Equal(("operation.cancel", "site.create", accepted.Operation.Id), (cancel.Act, cancel.Detail, cancel.Target?.Id));
    }

    [Fact]
    public async Task Filters_narrow_the_list_and_cursors_walk_it_without_loss()
    {
        var slug = NewName("filtered");
        await Api.Organisations.CreateAsync(new CreateOrganisationRequest(slug, "A", "large"), cancellationToken: Cancellation);
        for (var i = 0; i < 3; i++)
        {
            await Api.Organisations.UpdateAsync(slug, new UpdateOrganisationRequest($"Name {i}", null), Cancellation);
        }

        var query = new AuditQuery(Organisation: slug);
        var whole = (await Api.Audit.ListAsync(query, cancellationToken: Cancellation)).Items;
        Assert.Equal(
            ["organisation.update", "organisation.update", "organisation.update", "organisation.create"],
            whole.Select(entry => entry.Act)
        );
        Assert.Equal("Changed: name", whole[0].Detail);

        var walked = new List<long>();
        string? cursor = null;
        do
        {
            var page = await Api.Audit.ListAsync(query, limit: 1, cursor, Cancellation);
            walked.AddRange(page.Items.Select(entry => entry.Sequence));
            cursor = page.NextCursor;
        } while (cursor is not null);
        Assert.Equal(whole.Select(entry => entry.Sequence), walked);

        Assert.Equal(
            3,
            (await Api.Audit.ListAsync(query with { Act = "organisation.update" }, cancellationToken: Cancellation)).Items.Count
        );
        Assert.Equal(
            4,
            (await Api.Audit.ListAsync(query with { Act = "organisation", Actor = "TESTS" }, cancellationToken: Cancellation)).Items.Count
        );
        Assert.Equal(2, (await Api.Audit.ListAsync(query with { From = whole[1].At }, cancellationToken: Cancellation)).Items.Count);
        Assert.Equal(2, (await Api.Audit.ListAsync(query with { To = whole[1].At }, cancellationToken: Cancellation)).Items.Count);
        Assert.Equal(
            4,
            (await Api.Audit.ListAsync(new AuditQuery(Target: whole[0].Target!.Id.ToString()), cancellationToken: Cancellation)).Items.Count
        );
        await Assert.AllAsync(
            [
                query with
                {
                    Outcome = AuditOutcome.Failed,
                },
                query with
                {
                    Act = "organ",
                },
                query with
                {
                    Actor = "%",
                },
                query with
                {
                    Target = "_",
                },
            ],
            async other => Assert.Empty((await Api.Audit.ListAsync(other, cancellationToken: Cancellation)).Items)
        );
    }

    [Theory]
    [InlineData("outcome=perhaps", "outcome")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("limit=0", "limit")]
    public async Task A_filter_that_means_nothing_is_named(string query, string path)
    {
        using var http = App.Http(App.Secret);
        using var response = await http.GetAsync(new Uri($"/api/v1/audit?{query}", UriKind.Relative), Cancellation);
        Assert.Equal(path, Assert.Single((await ProblemAsync(response)).Errors!).Path);
    }

    [Fact]
    public async Task An_export_computes_nothing_in_a_spreadsheet_and_breaks_no_line()
    {
        const string Evil = "=HYPERLINK(\"http://evil.example\")";
        await App.WriteAuditAsync(Evil);
        await App.WriteAuditAsync("\u202Ea\"b,c\r\n");
        using var csv = new MemoryStream();
        await Api.Audit.ExportAsync("csv", new AuditQuery(Act: "site.polish"), csv, Cancellation);
        var lines = Encoding.UTF8.GetString(csv.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith("\"", line, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("\"\uFFFDa\"\"b,c\uFFFD\uFFFD\"", StringComparison.Ordinal));

        using var json = new MemoryStream();
        await Api.Audit.ExportAsync("jsonl", new AuditQuery(Act: "site.polish"), json, Cancellation);
        var entries = Encoding
            .UTF8.GetString(json.ToArray())
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<AuditEntry>(line, PanelJson.Options)!)
            .ToList();
        Assert.Equal(lines.Length - 1, entries.Count);
        Assert.Equal(entries.OrderBy(entry => entry.Sequence), entries);
        Assert.Contains(entries, entry => entry.Target?.Name == Evil);

        Assert.Equal(
            "format",
            Assert.Single((await RefusalAsync(() => Api.Audit.ExportAsync("xlsx", null, json, Cancellation))).Errors).Path
        );
    }

    [Fact]
    public async Task The_page_has_the_same_file_for_people_and_no_one_else()
    {
        using var http = App.Http();
        using (var refused = await http.GetAsync(new Uri("/audit/export?format=csv", UriKind.Relative), Cancellation))
        {
            Assert.Equal(HttpStatusCode.Found, refused.StatusCode);
        }

        http.DefaultRequestHeaders.Add("Cookie", await App.NewSessionAsync());
        using var response = await http.GetAsync(new Uri("/audit/export?format=csv&act=token", UriKind.Relative), Cancellation);
        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Contains("token.create", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forwarded_address_from_outside_is_not_believed()
    {
        var slug = NewName("forwarded");
        using var http = App.Http(App.Secret);
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.99");
        await new PanelClient(http).Organisations.CreateAsync(
            new CreateOrganisationRequest(slug, "A", "large"),
            cancellationToken: Cancellation
        );
        Assert.Equal(
            "127.0.0.1",
            (await Api.Audit.ListAsync(new AuditQuery(Organisation: slug), cancellationToken: Cancellation)).Items[0].Actor.Address
        );
    }

    [Fact]
    public async Task Credentials_of_targets_and_tokens_are_not_in_it()
    {
        const string Canary = "canary-71c2";
        await AddSealingKeyAsync();
        await Api.Backups.AddTargetAsync(
            new NewBackupTargetRequest(
                NewName("rest"),
                TargetKind.Rest,
                "rest.example.org",
                Path: "/all",
                Credentials: new Dictionary<string, string> { ["username"] = "user", ["password"] = Canary }
            ),
            cancellationToken: Cancellation
        );
        var made = await Api.Tokens.CreateAsync(new CreateTokenRequest(NewName("token")), cancellationToken: Cancellation);
        using var all = new MemoryStream();
        await Api.Audit.ExportAsync("jsonl", null, all, Cancellation);
        var text = Encoding.UTF8.GetString(all.ToArray());
        Assert.Contains("target.add", text, StringComparison.Ordinal);
        Assert.All([Canary, made.Secret!, made.Secret![4..]], secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_chain_is_checked_and_an_end_that_was_noted_is_found_again()
    {
        var found = await Api.Audit.VerifyAsync(cancellationToken: Cancellation);
        Assert.True(found.IsWhole, found.Fault);
        Assert.True((await Api.Audit.VerifyAsync(found.Entries, found.HeadHash, Cancellation)).IsWhole);
        var other = await Api.Audit.VerifyAsync(found.Entries, new string('0', 64), Cancellation);
        Assert.Equal((false, found.Entries), (other.IsWhole, other.FirstBroken));
        Assert.Equal("hash", Assert.Single((await RefusalAsync(() => Api.Audit.VerifyAsync(1, null, Cancellation))).Errors).Path);
    }

    [Fact]
    public async Task What_somebody_may_not_do_is_written_down()
    {
        var audit = App.Services.GetRequiredService<AuditService>();
        var refusals = App.Services.GetRequiredService<AuditRefusals>();
        var nobody = HostingPanel.Access.Actor.Nobody with { Address = "198.51.100.77", Refusals = refusals };
        Assert.NotNull((await audit.ListAsync(nobody, new AuditFilter(), new PageRequest(), Cancellation)).Problem);
        await refusals.StopAsync(Cancellation);
        var entry = (await Api.Audit.ListAsync(new AuditQuery(Act: "access"), cancellationToken: Cancellation)).Items[0];
        Assert.Equal((AuditOutcome.Refused, "not-permitted", "198.51.100.77"), (entry.Outcome, entry.Code, entry.Actor.Address));
    }
}
