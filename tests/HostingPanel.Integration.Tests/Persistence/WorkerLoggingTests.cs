using HostingPanel.Access;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Web.Tests;
using HostingPanel.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HostingPanel.Integration.Tests.Persistence;

/// <summary>The worker logs what its database refuses as the web does (<c>DatabaseLoggingTests</c>).</summary>
public sealed class WorkerLoggingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_expected_refusal_is_no_fault_and_a_failing_statement_is_an_exception_that_says_what_failed()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var log = new CapturedLog();
        await using var worker = Build(database, log);
        await using var context = await worker
            .Services.GetRequiredService<IDbContextFactory<PanelDbContext>>()
            .CreateDbContextAsync(Cancellation);
        await context.Database.MigrateAsync(Cancellation);
        var organisations = worker.Services.GetRequiredService<OrganisationService>();
        log.Clear();

        Task<Outcome<OrganisationView>> CreateAsync() =>
            organisations.CreateAsync(Actor.Panel, new CreateOrganisation("food-bank", "Food Bank"), idempotencyKey: null, Cancellation);
        Assert.Null((await CreateAsync()).Problem);
        Assert.Equal("organisation-exists", (await CreateAsync()).Problem?.Code);
        Assert.Empty(log.Faults);

        await context.Database.ExecuteSqlAsync($"ALTER TABLE plans RENAME COLUMN max_sites TO lost", Cancellation);
        var failure = await Assert.ThrowsAsync<PostgresException>(() =>
            organisations.ListAsync(Actor.Panel, new PageRequest(), Cancellation)
        );
        Assert.Equal(PostgresErrorCodes.UndefinedColumn, failure.SqlState);
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task What_else_EF_Core_warns_of_is_heard()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var log = new CapturedLog();
        await using var worker = Build(database, log);
        var logger = worker.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.EntityFrameworkCore.Model.Validation");
        Assert.Equal((true, false), (logger.IsEnabled(LogLevel.Warning), logger.IsEnabled(LogLevel.Information)));
    }

    private static WebApplication Build(TestDatabase database, CapturedLog log)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Database:ConnectionString"] = database.ConnectionString }
        );
        builder.AddWorker();
        builder.Services.AddSingleton<ILoggerProvider>(log);
        return builder.Build();
    }
}
