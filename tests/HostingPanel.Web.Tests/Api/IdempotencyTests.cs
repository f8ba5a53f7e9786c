using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class IdempotencyTests(PanelApp app) : ApiTest(app)
{
    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    public async Task Equal_requests_at_once_with_one_key_make_one_site(int requests)
    {
        var organisation = await NewOrganisationAsync();
        var request = GoodSite(organisation.Slug);
        var key = NewName("at-once");
        var answers = await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => Api.Sites.CreateAsync(request, key, Cancellation)));
        Assert.Single(answers.Select(answer => answer.Operation.Id).Distinct());
        Assert.All(answers, answer => Assert.Equal(request.Slug, answer.Site!.Slug));
        Assert.Equal(1, (await Api.Organisations.GetAsync(organisation.Slug, Cancellation)).Sites);
        Assert.Equal(1L, await App.ScalarAsync<long>("SELECT count(*) FROM operations WHERE target = $1", request.Slug!));
    }

    [Fact]
    public async Task Equal_requests_at_once_with_one_key_make_one_organisation_one_token_and_one_upload()
    {
        var organisation = new CreateOrganisationRequest(NewName("org"), "Food Bank");
        var key = NewName("at-once");
        var organisations = await AtOnceAsync(() => Api.Organisations.CreateAsync(organisation, key, Cancellation));
        Assert.Single(organisations.Distinct());

        var tokens = await AtOnceAsync(() => Api.Tokens.CreateAsync(new CreateTokenRequest("at once"), key + "t", Cancellation));
        Assert.Single(tokens.Select(created => created.Token.Id).Distinct());
        Assert.Single(tokens, created => created.Secret is not null);

        var files = Directory.GetFiles(App.UploadsDirectory).Length;
        var uploads = await AtOnceAsync(() => Api.Uploads.CreateAsync("a.zip", new MemoryStream([1, 2]), key + "u", Cancellation));
        Assert.Single(uploads.Distinct());
        Assert.Equal(files + 1, Directory.GetFiles(App.UploadsDirectory).Length);
    }

    [Fact]
    public async Task A_refused_request_uses_its_key_up_for_nothing()
    {
        var request = new CreateOrganisationRequest(NewName("org"), "Food Bank", "huge");
        var key = NewName("mended");
        Assert.Equal(400, (await RefusalAsync(() => Api.Organisations.CreateAsync(request, key, Cancellation))).Status);
        var made = await Api.Organisations.CreateAsync(request with { Plan = "small" }, key, Cancellation);
        Assert.Equal("small", made.Plan);
    }

    [Fact]
    public async Task A_repeated_request_for_an_organisation_gives_it_as_it_is_now_and_never_makes_it_again()
    {
        var request = new CreateOrganisationRequest(NewName("org"), "Food Bank");
        var key = NewName("key");
        await Api.Organisations.CreateAsync(request, key, Cancellation);
        await Api.Organisations.UpdateAsync(request.Slug!, new UpdateOrganisationRequest(Plan: "large"), Cancellation);
        Assert.Equal("large", (await Api.Organisations.CreateAsync(request, key, Cancellation)).Plan);

        await Api.Organisations.DeleteAsync(request.Slug!, Cancellation);
        var refusal = await RefusalAsync(() => Api.Organisations.CreateAsync(request, key, Cancellation));
        Assert.Equal((409, "idempotent-result-gone"), (refusal.Status, refusal.Code));
        Assert.Equal(404, (await RefusalAsync(() => Api.Organisations.GetAsync(request.Slug!, Cancellation))).Status);
    }

    [Fact]
    public async Task A_cancel_that_is_repeated_after_the_end_gives_the_operation()
    {
        var made = await NewSiteAsync();
        var key = NewName("cancel");
        await Api.Operations.CancelAsync(made.Operation.Id, key, Cancellation);
        await SettleAsync(made, "Running");
        Assert.True((await Api.Operations.CancelAsync(made.Operation.Id, key, Cancellation)).IsFinished);
        var late = await RefusalAsync(() => Api.Operations.CancelAsync(made.Operation.Id, NewName("cancel"), Cancellation));
        Assert.Equal("operation-finished", late.Code);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        var organisation = await NewOrganisationAsync();
        var request = GoodSite(organisation.Slug);
        await Api.Sites.CreateAsync(request, "key-of-another", Cancellation);
        var refusal = await RefusalAsync(() => Api.Sites.CreateAsync(request with { Title = "Other" }, "key-of-another", Cancellation));
        Assert.Equal((409, "idempotency-key-reused"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task A_repeated_action_gives_the_operation_of_the_first_time_even_after_its_end()
    {
        var made = await NewSiteAsync();
        await SettleAsync(made, "Running");
        var stop = await Api.Sites.StopAsync(made.Site!.Slug, "stop-once", Cancellation);
        await SettleAsync(stop, "Stopped");
        var again = await Api.Sites.StopAsync(made.Site.Slug, "stop-once", Cancellation);
        Assert.Equal(stop.Operation.Id, again.Operation.Id);

        var other = await RefusalAsync(() => Api.Sites.StartAsync(made.Site.Slug, "stop-once", Cancellation));
        Assert.Equal("idempotency-key-reused", other.Code);
    }

    [Fact]
    public async Task Keys_of_different_tokens_do_not_meet()
    {
        var organisation = await NewOrganisationAsync();
        using var http = App.Http(await App.NewSecretAsync("another"));
        var mine = await Api.Sites.CreateAsync(GoodSite(organisation.Slug), "everybodys-key", Cancellation);
        var theirs = await new Client.PanelClient(http).Sites.CreateAsync(GoodSite(organisation.Slug), "everybodys-key", Cancellation);
        Assert.NotEqual(mine.Operation.Id, theirs.Operation.Id);
    }

    [Theory]
    [InlineData("has space")]
    [InlineData("")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        var made = await NewSiteAsync();
        var refusal = await RefusalAsync(() => Api.Sites.StopAsync(made.Site!.Slug, key, Cancellation));
        Assert.Equal((400, "Idempotency-Key"), (refusal.Status, Assert.Single(refusal.Errors).Path));
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_refused()
    {
        var made = await NewSiteAsync();
        var refusal = await RefusalAsync(() => Api.Sites.StopAsync(made.Site!.Slug, new string('k', 201), Cancellation));
        Assert.Equal(400, refusal.Status);
    }

    private static Task<T[]> AtOnceAsync<T>(Func<Task<T>> send) => Task.WhenAll(Enumerable.Range(0, 20).Select(_ => send()));
}
