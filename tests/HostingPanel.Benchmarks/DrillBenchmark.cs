using System.Diagnostics;
using HostingPanel.Client;

namespace HostingPanel.Benchmarks;

/// <summary>
/// A small WordPress's drill end to end: from the request until its scratch site is removed again, against the limit that was promised; and
/// the recovery time that it measures against the time that the same site takes to be provisioned from nothing, in the same run.
/// </summary>
internal static class DrillBenchmark
{
    private const int Rounds = 3;
    private const double Limit = 60;
    private const string Slug = "drilled";

    public static async Task RunAsync(Installation installation, CancellationToken cancellationToken)
    {
        var panel = installation.Panel;
        await panel.Organisations.CreateAsync(
            new CreateOrganisationRequest("bench", "Bench", "large"),
            cancellationToken: cancellationToken
        );
        var provisions = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var slug = round == 0 ? Slug : $"bench{round}";
            var seconds = await ProvisionAsync(installation, slug, cancellationToken);
            await Console.Error.WriteLineAsync($"provisioned {slug} in {seconds:0.00} s{(round == 0 ? " (warming)" : "")}");
            if (round > 0)
            {
                provisions.Add(seconds);
                await installation.EndOfAsync(
                    (await panel.Sites.DeleteAsync(slug, null, cancellationToken)).Operation.Id,
                    cancellationToken
                );
                await installation.EndOfAsync(
                    (await panel.Sites.PurgeAsync(slug, null, cancellationToken)).Operation.Id,
                    cancellationToken
                );
            }
        }

        var point = await installation.EndOfAsync(
            (await panel.Backups.TakeAsync(Slug, cancellationToken: cancellationToken)).Operation.Id,
            cancellationToken
        );
        var (whole, recovery) = (new List<double>(), new List<double>());
        var phases = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        for (var round = 0; round <= Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            var accepted = await panel.Drills.DrillAsync(Slug, point.Id, cancellationToken: cancellationToken);
            await installation.EndOfAsync(accepted.Operation.Id, cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var evidence = await panel.Drills.GetAsync(Slug, accepted.Operation.Id, cancellationToken);
            await Console.Error.WriteLineAsync(
                $"round {round}: {seconds:0.00} s, recovered in {evidence.Drill.RecoverySeconds:0.00} s{(round == 0 ? " (warming)" : "")}"
            );
            if (round == 0)
            {
                continue;
            }

            whole.Add(seconds);
            recovery.Add(evidence.Drill.RecoverySeconds ?? double.NaN);
            foreach (var phase in evidence.Phases)
            {
                phases.TryAdd(phase.Name, []);
                phases[phase.Name].Add(phase.Seconds);
            }
        }

        foreach (var (phase, seconds) in phases)
        {
            // Steps run side by side, so their shares add up to more than one.
            Figure.Print($"drill.step.{phase}", Figure.Median(seconds), Figure.Median(recovery), "s");
        }

        Figure.Print("drill.recovery", Figure.Median(recovery), Figure.Median(provisions), "s");
        Figure.Print("drill", Figure.Median(whole), Limit, "s");
        if (Figure.Median(whole) > Limit)
        {
            throw new InvalidOperationException($"A small site's drill took longer than {Limit} s.");
        }
    }

    private static async Task<double> ProvisionAsync(Installation installation, string slug, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var accepted = await installation.Panel.Sites.CreateAsync(
            new CreateSiteRequest(slug, "bench", "wordpress", "Drilled", "admin@example.org"),
            cancellationToken: cancellationToken
        );
        await installation.EndOfAsync(accepted.Operation.Id, cancellationToken);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
