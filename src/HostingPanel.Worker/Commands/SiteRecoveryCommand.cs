using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Backups.Panel;
using HostingPanel.Operations;

namespace HostingPanel.Worker.Commands;

/// <summary>Brings the sites back of a panel that was recovered, and tells how far they are until the last has ended.</summary>
internal sealed class SiteRecoveryCommand(SiteRecoveryService recovery, OperationService operations, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>0 when all that were meant are back.</summary>
    /// <param name="which"><c>all</c>, or slugs with commas between.</param>
    /// <param name="cancellationToken">Ends the watching; what was asked for goes on.</param>
    public async Task<int> RunAsync(string which, CancellationToken cancellationToken)
    {
        var slugs = which == "all" ? null : which.Split(',');
        if (!(await recovery.BringBackAsync(Actor.Server, slugs, cancellationToken)).TryGet(out var sites, out var problem))
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }

        if (sites.Count == 0)
        {
            Say("There are no sites.");
        }

        foreach (var site in sites)
        {
            Say(
                site switch
                {
                    { Fault: { } fault } => $"{site.Slug}: can't be brought back. {fault}",
                    { IsHere: true } => $"{site.Slug}: its volumes are here.",
                    { TakenAt: { } takenAt } => string.Create(
                        CultureInfo.InvariantCulture,
                        $"{site.Slug}: is asked for, as it was at {takenAt:yyyy-MM-dd HH:mm} UTC"
                    ),
                    _ => $"{site.Slug}: is on its way already",
                }
            );
        }

        var isWhole = sites.All(site => site.Fault is null);
        var open = sites.Where(site => site.OperationId is not null).ToDictionary(site => site.OperationId!.Value, site => site.Slug);
        var said = new Dictionary<Guid, string>();
        using var timer = new PeriodicTimer(Interval, time);
        while (open.Count > 0)
        {
            foreach (var (id, slug) in open.ToList())
            {
                if (!(await operations.GetAsync(Actor.Server, id, cancellationToken)).TryGet(out var operation, out problem))
                {
                    Say($"{slug}: {problem.Message}");
                    isWhole = false;
                    open.Remove(id);
                    continue;
                }

                var words = WordsOf(operation);
                if (said.GetValueOrDefault(id) != words)
                {
                    said[id] = words;
                    Say($"{slug}: {words}");
                }

                if (operation.IsFinished)
                {
                    isWhole &= operation.State == OperationState.Succeeded;
                    open.Remove(id);
                }
            }

            if (open.Count > 0)
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }

        return isWhole ? 0 : 1;
    }

    private static string WordsOf(OperationView operation) =>
        operation.State switch
        {
            OperationState.Queued => "waits for its turn",
            OperationState.Succeeded => string.Create(
                CultureInfo.InvariantCulture,
                $"is back ({operation.FinishedAt - operation.StartedAt:h\\:mm\\:ss})"
            ),
            OperationState.Failed or OperationState.Cancelled => $"is NOT back. {operation.ErrorMessage}",
            _ => operation.Steps.FirstOrDefault(step => step.State == StepState.Running) is { } step ? step.Title : "goes on",
        };

    private static void Say(string text) => Console.WriteLine($"  {text}");
}
