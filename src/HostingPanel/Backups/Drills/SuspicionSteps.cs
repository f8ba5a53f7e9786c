using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Drills;

/// <summary>Compares a restore point with the good one before it; one that is suspicious is drilled at once.</summary>
internal sealed class SuspicionSteps(IDbContextFactory<PanelDbContext> contexts, DrillQueue queue, TimeProvider time)
{
    /// <summary>The comparison, as the last step of taking a restore point.</summary>
    public Step Judge(Operation operation, params string[] after) =>
        new(
            "judge",
            "Compare it with the one before",
            async (progress, cancellationToken) =>
            {
                if (await JudgeAsync(operation.Id, cancellationToken) is not { } suspicion)
                {
                    return;
                }

                await progress.LogAsync([$"It is suspicious: {suspicion.Text}"], areErrors: true);
                var drill = await queue.SuspiciousAsync(operation.Id, cancellationToken);
                await progress.ReportAsync(
                    drill is null ? $"suspicious: {suspicion.Text}" : $"suspicious, so it is drilled: {suspicion.Text}"
                );
            }
        )
        {
            After = after,
        };

    /// <summary>Writes down what speaks against it, if anything does.</summary>
    internal async Task<Suspicion?> JudgeAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var point = await context.RestorePoints.SingleAsync(row => row.Id == id, cancellationToken);
        var before = await context
            .RestorePoints.Where(row => row.SiteId == point.SiteId && row.State == RestorePointState.Good && row.Id < id)
            .OrderByDescending(row => row.Id)
            .Select(row => row.Manifest)
            .FirstOrDefaultAsync(cancellationToken);
        if (
            before is null
            || Suspicions.Of(BackupJson.Read<Manifest>(before), BackupJson.Read<Manifest>(point.Manifest!)) is not { } suspicion
        )
        {
            return null;
        }

        point.SuspectedAt ??= time.GetStoredNow();
        (point.SuspicionCode, point.Suspicion) = (suspicion.Code, suspicion.Text);
        await context.SaveChangesAsync(cancellationToken);
        return suspicion;
    }
}
