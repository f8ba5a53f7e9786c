using HostingPanel.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace HostingPanel.Web.Tests.Api;

/// <summary>The web process on a clock of the test's.</summary>
public sealed class ClockApp(PostgresFixture postgres) : PanelApp(postgres)
{
    internal FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    protected override void ConfigureServices(IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
}

public sealed class EventStreamTests(ClockApp app) : ApiTest<ClockApp>(app)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_silent_stream_says_that_it_lives_and_ends_when_its_token_is_revoked()
    {
        var created = await Api.Tokens.CreateAsync(new CreateTokenRequest("listener"), cancellationToken: Cancellation);
        var operation = (await NewSiteAsync()).Operation;
        using var http = App.Http(created.Secret);
        await using var stream = await http.GetStreamAsync(
            new Uri($"/api/v1/operations/{operation.Id}/events", UriKind.Relative),
            Cancellation
        );
        using var reader = new StreamReader(stream);
        Assert.Equal("event: operation", await ReadAsync(reader));
        Assert.StartsWith("data: {", await ReadAsync(reader), StringComparison.Ordinal);
        Assert.Equal(string.Empty, await ReadAsync(reader));
        Assert.Equal(":", await ReadAsync(reader));

        await Api.Tokens.DeleteAsync(created.Token.Id, Cancellation);
        string? line;
        do
        {
            line = await ReadAsync(reader);
        } while (line is "" or ":");

        Assert.Null(line);
    }

    /// <summary>The next line; the clock goes on until it comes, for the server may start to wait after any one step of the clock.</summary>
    private async Task<string?> ReadAsync(StreamReader reader)
    {
        var line = reader.ReadLineAsync(Cancellation).AsTask();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        bound.CancelAfter(Bound);
        while (!line.IsCompleted)
        {
            bound.Token.ThrowIfCancellationRequested();
            App.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(line, Task.Delay(5, bound.Token));
        }

        return await line;
    }
}
