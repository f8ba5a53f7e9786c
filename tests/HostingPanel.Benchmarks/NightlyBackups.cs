using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Benchmarks;

/// <summary>
/// Restore points that a schedule takes of a site, a first one and one after a day's changes, as nearly all are taken: nobody waits for them,
/// so they take their time (<c>Gentle:ProcessorPercent</c>), and the site's visitors are not to notice. <c>backup.page</c> is their pages' time,
/// against nothing going on.
/// </summary>
internal sealed class NightlyBackups(Installation installation, HeavySite site, HeavySize size)
{
    /// <summary>The panel plans each minute.</summary>
    private static readonly TimeSpan Planning = TimeSpan.FromMinutes(3);
    private readonly List<double> _during = [];
    private readonly List<double> _idle = [];

    /// <param name="forget">Lets the kernel forget what it has read of files.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The seconds of the first and of the second.</returns>
    public async Task<(double First, double Second)> RunAsync(Func<CancellationToken, Task> forget, CancellationToken cancellationToken)
    {
        await site.FindAsync(cancellationToken);
        await forget(cancellationToken);
        var first = await TakeAsync(cancellationToken);
        await site.ChangeAsync(1, size, cancellationToken);
        await forget(cancellationToken);
        var second = await TakeAsync(cancellationToken);
        Figure.Print("backup.page", Visits.P95(_during), Visits.P95(_idle), "ms");
        return (first, second);
    }

    private async Task<double> TakeAsync(CancellationToken cancellationToken)
    {
        // The first visits are no measure.
        await Visits.ForAsync(installation.Visitor, site.Address, TimeSpan.FromSeconds(5), cancellationToken);
        _idle.AddRange(await Visits.ForAsync(installation.Visitor, site.Address, TimeSpan.FromSeconds(20), cancellationToken));
        // Once a day, and today's is soon.
        var at = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(90);
        var policy = new BackupPolicyRequest(
            Cron: string.Create(CultureInfo.InvariantCulture, $"{at.Minute} {at.Hour} * * *"),
            Retention: new Retention(Last: 10)
        );
        await installation.Panel.BackupPolicies.SetAsync(site.Slug, policy, cancellationToken);
        var begun = await NextAsync(cancellationToken);
        var (ended, visits) = await Visits.WhileAsync(
            installation.Visitor,
            site.Address,
            installation.EndOfAsync(begun.Id, cancellationToken),
            cancellationToken
        );
        _during.AddRange(visits);
        return (ended.FinishedAt - ended.StartedAt)?.TotalSeconds ?? double.NaN;
    }

    /// <summary>What the schedule has asked for, when it is there.</summary>
    private async Task<Operation> NextAsync(CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Planning);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (true)
        {
            var active = await installation.Panel.Operations.ListAsync(site.Slug, active: true, cancellationToken: bound.Token);
            if (active.Items.FirstOrDefault(operation => operation.Kind == "take-backup") is { } found)
            {
                return found;
            }

            await timer.WaitForNextTickAsync(bound.Token);
        }
    }
}
