using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites.Cron;

/// <summary>What a run reads and writes of its entry. Worker side.</summary>
internal sealed class CronStore(IDbContextFactory<PanelDbContext> contexts, TimeProvider time)
{
    /// <summary>The site; null when it has gone.</summary>
    public async Task<Site?> FindSiteAsync(Guid siteId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Sites.AsNoTracking().SingleOrDefaultAsync(site => site.Id == siteId, cancellationToken);
    }

    /// <summary>What is written down of the run of this operation; null while it has not ended.</summary>
    public async Task<CronEntry?> FindRecordAsync(Operation operation, CancellationToken cancellationToken)
    {
        var name = operation.ArgumentsAs<RunCronArguments>().Name;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .CronEntries.AsNoTracking()
            .SingleOrDefaultAsync(
                entry => entry.SiteId == operation.SiteId && entry.Name == name && entry.OperationId == operation.Id,
                cancellationToken
            );
    }

    /// <summary>Writes down how it went, once. An entry that has gone meanwhile needs no record.</summary>
    public Task RecordAsync(Operation operation, CronRun run, CancellationToken cancellationToken) =>
        ChangeAsync(
            operation,
            (entry, now) =>
            {
                if (entry.OperationId != operation.Id)
                {
                    entry.Record(run, now);
                }
            },
            cancellationToken
        );

    /// <summary>It was not run, for the site has moved on: it is due again as soon as anything of the site may run.</summary>
    public Task LeaveOutAsync(Operation operation, CancellationToken cancellationToken) =>
        ChangeAsync(operation, (entry, now) => entry.DueAt = now, cancellationToken);

    private async Task ChangeAsync(Operation operation, Action<CronEntry, DateTimeOffset> change, CancellationToken cancellationToken)
    {
        var name = operation.ArgumentsAs<RunCronArguments>().Name;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var entry = await context
            .CronEntries.FromSql($"SELECT * FROM cron_entries WHERE site_id = {operation.SiteId} AND name = {name} FOR UPDATE")
            .SingleOrDefaultAsync(cancellationToken);
        if (entry is not null)
        {
            change(entry, time.GetStoredNow());
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }
}
