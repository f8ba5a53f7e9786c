using HostingPanel.Client;
using HostingPanel.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HostingPanel.Web.Tests.Persistence;

/// <summary>The web process with an ear at its log.</summary>
public sealed class OverheardApp(PostgresFixture postgres) : PanelApp(postgres)
{
    /// <summary>What it logged.</summary>
    public CapturedLog Log { get; } = new();

    protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(Log);
}

public sealed class DatabaseLoggingTests(OverheardApp app) : ApiTest<OverheardApp>(app)
{
    [Fact]
    public async Task A_refusal_by_the_database_that_is_expected_and_answered_is_no_fault()
    {
        var request = new CreateOrganisationRequest(NewName("org"), "Food Bank");
        await Api.Organisations.CreateAsync(request, cancellationToken: Cancellation);
        App.Log.Clear();
        var refusal = await RefusalAsync(() => Api.Organisations.CreateAsync(request, cancellationToken: Cancellation));
        Assert.Equal("organisation-exists", refusal.Code);
        Assert.Empty(App.Log.Faults);
    }

    [Fact]
    public async Task A_statement_that_fails_is_logged_once_with_what_the_database_said()
    {
        await Api.Organisations.ListAsync(cancellationToken: Cancellation);
        await App.ExecuteAsync("ALTER TABLE plans RENAME COLUMN max_sites TO lost");
        try
        {
            App.Log.Clear();
            Assert.Equal(500, (await RefusalAsync(() => Api.Organisations.ListAsync(cancellationToken: Cancellation))).Status);
            var fault = Assert.Single(App.Log.Faults);
            Assert.Equal(LogLevel.Error, fault.Level);
            Assert.Equal(PostgresErrorCodes.UndefinedColumn, Assert.IsType<PostgresException>(fault.Exception).SqlState);
        }
        finally
        {
            await App.ExecuteAsync("ALTER TABLE plans RENAME COLUMN lost TO max_sites");
        }
    }

    [Fact]
    public async Task A_write_that_fails_is_logged_once_with_what_the_database_said()
    {
        await App.ExecuteAsync("ALTER TABLE organisations ADD CONSTRAINT never CHECK (name <> 'Unlucky')");
        App.Log.Clear();
        var request = new CreateOrganisationRequest(NewName("org"), "Unlucky");
        var refusal = await RefusalAsync(() => Api.Organisations.CreateAsync(request, cancellationToken: Cancellation));
        Assert.Equal((500, "internal-error"), (refusal.Status, refusal.Code));
        var fault = Assert.Single(App.Log.Faults);
        Assert.Contains("violates check constraint", fault.Exception!.ToString(), StringComparison.Ordinal);
        // The answer says that it is found by this, so the log shows it.
        Assert.Contains($"TraceId:{refusal.Problem.TraceId}", fault.Scopes, StringComparison.Ordinal);
        Assert.True(App.Services.GetRequiredService<IOptionsMonitor<SimpleConsoleFormatterOptions>>().CurrentValue.IncludeScopes);
    }

    [Fact]
    public void What_else_EF_Core_warns_of_is_heard()
    {
        var logger = App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.EntityFrameworkCore.Model.Validation");
        Assert.Equal((true, false), (logger.IsEnabled(LogLevel.Warning), logger.IsEnabled(LogLevel.Information)));
    }
}
