using System.Net.Http.Json;
using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

/// <summary>A test of the REST API against the whole web process and a real PostgreSQL.</summary>
public abstract class ApiTest<TApp>(TApp app) : IClassFixture<TApp>, IAsyncLifetime
    where TApp : PanelApp
{
    private static int _names;

    /// <summary>The process.</summary>
    protected TApp App { get; } = app;

    /// <summary>The API with an administrator's token.</summary>
    protected PanelClient Api => App.Client;

    /// <summary>Ends with the test.</summary>
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <inheritdoc />
    public ValueTask InitializeAsync()
    {
        App.Postgres.SkipWhenAbsent();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A name that no other test uses.</summary>
    protected static string NewName(string prefix) => $"{prefix}-{Interlocked.Increment(ref _names)}";

    /// <summary>Makes an organisation.</summary>
    protected async Task<Organisation> NewOrganisationAsync(string plan = "large") =>
        await Api.Organisations.CreateAsync(
            new CreateOrganisationRequest(NewName("org"), "Food Bank", plan),
            cancellationToken: Cancellation
        );

    /// <summary>A request for a site that nothing is wrong with.</summary>
    protected static CreateSiteRequest GoodSite(string organisation) =>
        new(NewName("site"), organisation, "wordpress", "Food Bank", "admin@example.org");

    /// <summary>Makes a site; its provisioning stays queued, for there is no worker here.</summary>
    protected async Task<Accepted> NewSiteAsync()
    {
        var organisation = await NewOrganisationAsync();
        return await Api.Sites.CreateAsync(GoodSite(organisation.Slug), cancellationToken: Cancellation);
    }

    /// <summary>Does with rows what the worker does at the end of an operation.</summary>
    protected async Task SettleAsync(Accepted accepted, string siteState)
    {
        await App.ExecuteAsync(
            "UPDATE operations SET state = 'Succeeded', started_at = now(), finished_at = now() WHERE id = $1",
            accepted.Operation.Id
        );
        await App.ExecuteAsync("UPDATE sites SET state = $1, provisioned_at = now() WHERE slug = $2", siteState, accepted.Operation.Target);
    }

    /// <summary>The refusal that a call ends with.</summary>
    protected static async Task<PanelApiException> RefusalAsync(Func<Task> call) => await Assert.ThrowsAsync<PanelApiException>(call);

    /// <summary>The problem document in an answer; fails when it is none.</summary>
    protected static async Task<Client.Problem> ProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<Client.Problem>(PanelJson.Options, Cancellation);
        Assert.Equal((int)response.StatusCode, problem!.Status);
        return problem;
    }
}

/// <summary>A test of the REST API in the usual configuration.</summary>
public abstract class ApiTest(PanelApp app) : ApiTest<PanelApp>(app);
