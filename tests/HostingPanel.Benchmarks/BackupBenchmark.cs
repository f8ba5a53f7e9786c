using System.Diagnostics;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Benchmarks;

/// <summary>
/// A first restore point of a site with much in it and later ones after a day's changes, against mariadb-dump and restic by hand with the same
/// proof (<see cref="BackupByHand"/>; <c>.plain</c> is without it), asked for by a person, who waits for them; restoring the last as a new
/// site, against the same by hand; and what nobody waits for, of that one (<see cref="GentleBackups"/>). How long the site's own page takes
/// meanwhile is told against nothing going on: a visitor is there during all of it, by hand too.
/// </summary>
internal sealed class BackupBenchmark(Installation installation, HeavySize size)
{
    private const int Days = 3;
    private const string Organisation = "heavy";
    private const string Again = "heavy-again";
    private readonly HeavySite _site = new(installation, "heavy");
    private readonly List<double> _during = [];
    private readonly List<double> _duringByHand = [];
    private readonly List<double> _idle = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await installation.Panel.Organisations.CreateAsync(
            new CreateOrganisationRequest(Organisation, "Heavy", "large"),
            cancellationToken: cancellationToken
        );
        await _site.MakeAsync(Organisation, size, cancellationToken);
        await using var byHand = new BackupByHand(installation, _site);
        await byHand.MakeAsync(cancellationToken);

        // The server writes for a while what it was given; and the first visits are no measure.
        await WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);

        // A night's backup finds nothing in memory; what the first of two has read, the second would find there.
        await ForgetAsync(cancellationToken);
        var first = await TakeAsync(cancellationToken);
        await ForgetAsync(cancellationToken);
        var firstByHand = await BackUpByHandAsync(byHand, cancellationToken);
        PrintSteps("backup.first", first.Operation);
        Figure.Print("backup.first", first.Seconds, firstByHand.Seconds, "s");
        Figure.Print("backup.first.plain", first.Seconds, firstByHand.PlainSeconds, "s");
        Figure.Print("backup.first.bytes", first.AddedBytes, firstByHand.AddedBytes, "bytes");

        var (later, laterByHand) = (new List<TakenPoint>(), new List<SavedByHand>());
        for (var day = 1; day <= Days; day++)
        {
            await _site.ChangeAsync(day, size, cancellationToken);
            // Whoever comes second finds the files in memory: they take turns.
            if (day % 2 == 0)
            {
                laterByHand.Add(await BackUpByHandAsync(byHand, cancellationToken));
            }

            later.Add(await TakeAsync(cancellationToken));
            if (day % 2 == 1)
            {
                laterByHand.Add(await BackUpByHandAsync(byHand, cancellationToken));
            }
        }

        var last = later[^1];
        PrintSteps("backup.second", last.Operation);
        Figure.Print(
            "backup.second",
            Figure.Median([.. later.Select(point => point.Seconds)]),
            Figure.Median([.. laterByHand.Select(point => point.Seconds)]),
            "s"
        );
        Figure.Print(
            "backup.second.plain",
            Figure.Median([.. later.Select(point => point.Seconds)]),
            Figure.Median([.. laterByHand.Select(point => point.PlainSeconds)]),
            "s"
        );
        Figure.Print(
            "backup.second.bytes",
            Figure.Median([.. later.Select(point => point.AddedBytes)]),
            Figure.Median([.. laterByHand.Select(point => point.AddedBytes)]),
            "bytes"
        );
        Figure.Print("backup.page.asked", Visits.P95(_during), Visits.P95(_idle), "ms");
        Figure.Print("backup.page.by-hand", Visits.P95(_duringByHand), Visits.P95(_idle), "ms");

        await RestoreAsync(last.Operation.Id, byHand, cancellationToken);
        var gentle = new GentleBackups(installation, new HeavySite(installation, Again), size);
        var (firstGently, secondGently) = await gentle.RunAsync(ForgetAsync, cancellationToken);
        Figure.Print("backup.gentle.first", firstGently, firstByHand.Seconds, "s");
        Figure.Print("backup.gentle.second", secondGently, Figure.Median([.. laterByHand.Select(point => point.Seconds)]), "s");
    }

    private async Task RestoreAsync(Guid point, BackupByHand byHand, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var accepted = await installation.Panel.Backups.RestoreAsync(
            _site.Slug,
            point,
            new RestoreRequest("new-site", Again),
            cancellationToken: cancellationToken
        );
        var operation = await installation.EndOfAsync(accepted.Operation.Id, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        PrintSteps("restore", operation);
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"ours: restored in {seconds:0.00} s"));
        var (whole, fetching) = await byHand.RestoreAsync(cancellationToken);
        Figure.Print(
            "restore.fetch",
            operation.Steps.Where(step => step.Name.StartsWith("fetch-", StringComparison.Ordinal)).Sum(SecondsOf),
            fetching,
            "s"
        );
        Figure.Print("restore", seconds, whole, "s");
    }

    private async Task<TakenPoint> TakeAsync(CancellationToken cancellationToken)
    {
        await IdleAsync(cancellationToken);
        var (taken, visits) = await Visits.WhileAsync(installation.Visitor, _site.Address, WorkAsync(), cancellationToken);
        _during.AddRange(visits);
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"ours: {taken.Seconds:0.00} s"));
        return taken;

        async Task<TakenPoint> WorkAsync()
        {
            var started = Stopwatch.GetTimestamp();
            var accepted = await installation.Panel.Backups.TakeAsync(_site.Slug, cancellationToken: cancellationToken);
            var operation = await installation.EndOfAsync(accepted.Operation.Id, cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var point = await installation.Panel.Backups.GetAsync(_site.Slug, operation.Id, cancellationToken);
            return new TakenPoint(operation, seconds, point.Copies.Single().AddedBytes ?? double.NaN);
        }
    }

    private async Task<SavedByHand> BackUpByHandAsync(BackupByHand byHand, CancellationToken cancellationToken)
    {
        await IdleAsync(cancellationToken);
        var work = byHand.BackUpAsync(cancellationToken);
        var (result, visits) = await Visits.WhileAsync(installation.Visitor, _site.Address, work, cancellationToken);
        _duringByHand.AddRange(visits);
        return result;
    }

    /// <summary>Lets the kernel forget what it has read of files. The site's own pages are visited again before anything is measured.</summary>
    private static Task ForgetAsync(CancellationToken cancellationToken) =>
        File.WriteAllTextAsync("/proc/sys/vm/drop_caches", "1", cancellationToken);

    /// <summary>Visits while nothing goes on, before each backup: a machine is not as busy with other things all the time.</summary>
    private async Task IdleAsync(CancellationToken cancellationToken)
    {
        await WaitAsync(TimeSpan.FromSeconds(3), cancellationToken);
        _idle.AddRange(await WaitAsync(TimeSpan.FromSeconds(10), cancellationToken));
    }

    private Task<IReadOnlyList<double>> WaitAsync(TimeSpan time, CancellationToken cancellationToken) =>
        Visits.ForAsync(installation.Visitor, _site.Address, time, cancellationToken);

    /// <summary>Steps run side by side, so their shares add up to more than one.</summary>
    private static void PrintSteps(string name, Operation operation)
    {
        var whole = (operation.FinishedAt - operation.CreatedAt)?.TotalSeconds ?? double.NaN;
        foreach (var step in operation.Steps)
        {
            Figure.Print($"{name}.step.{step.Name}", SecondsOf(step), whole, "s");
        }
    }

    private static double SecondsOf(OperationStep step) => (step.FinishedAt - step.StartedAt)?.TotalSeconds ?? 0;

    private sealed record TakenPoint(Operation Operation, double Seconds, double AddedBytes);
}
