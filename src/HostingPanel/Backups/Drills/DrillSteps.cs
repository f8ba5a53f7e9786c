using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Backups.Drills;

/// <summary>The steps of a drill that look at what was restored. What they find is evidence, and no reason to look no further.</summary>
internal sealed class DrillSteps(
    DrillStore store,
    DrillTool tool,
    DrillCamera camera,
    RestoreSteps restore,
    RestoreFiles files,
    RestoreDatabases databases,
    StatusHook status,
    TimeProvider time
)
{
    /// <summary>Why a drill's operation fails when checks have.</summary>
    public const string Failed = "drill-failed";

    /// <summary>Before anything else: the manifest was read, and the signature compared, to make the plan.</summary>
    public Step Check(Operation operation)
    {
        var check = restore.Check(operation);
        return check with
        {
            RunAsync = async (progress, cancellationToken) =>
            {
                await store.UpdateAsync(
                    operation.Id,
                    drill => drill.StartedAt ??= operation.StartedAt?.ToStored() ?? time.GetStoredNow(),
                    cancellationToken
                );
                await store.RecordAsync(
                    operation.Id,
                    [DrillChecks.ManifestIsOurs((await restore.WorkAsync(operation, cancellationToken)).Manifest)],
                    cancellationToken
                );
                await check.RunAsync(progress, cancellationToken);
                var work = await restore.WorkAsync(operation, cancellationToken);
                var running = work.Site.Site.Services.ToDictionary(
                    service => service.Name,
                    service => service.Image,
                    StringComparer.Ordinal
                );
                await store.RecordAsync(operation.Id, [DrillChecks.Releases(work.Manifest, running)], cancellationToken);
            },
        };
    }

    /// <summary>Nothing of it is started before it is known that nothing of it can get out.</summary>
    public Step Seal(Operation operation, params string[] after) =>
        new(
            "sealed",
            "See that there is no way out",
            async (progress, cancellationToken) =>
            {
                var work = await restore.WorkAsync(operation, cancellationToken);
                var result = DrillChecks.Seal(await tool.TryOutsideAsync(work.Site, operation.Id, cancellationToken));
                await store.RecordAsync(operation.Id, [result], cancellationToken);
                await progress.LogAsync([result.Text]);
                if (result.Outcome != RestoreDrillOutcome.Passed)
                {
                    // Of the machine's network, and not of the restore point; but with it nothing can be proved here.
                    throw new StepFailedException("not-sealed", $"The scratch site has a way out. {result.Text} See ./panel doctor.");
                }
            }
        )
        {
            After = after,
        };

    public Step Files(Operation operation, params string[] after) =>
        new(
            "files",
            "Compare its files with the manifest",
            async (progress, cancellationToken) =>
            {
                var work = await restore.WorkAsync(operation, cancellationToken);
                await RecordAsync(
                    operation,
                    progress,
                    DrillChecks.Files(work.Manifest, await files.ReadAsync(work, progress, cancellationToken)),
                    cancellationToken
                );
            }
        )
        {
            After = after,
            Timeout = Toolbox.StepTimeout,
        };

    public Step Load(Operation operation, params string[] after) =>
        new(
            "load",
            "Load its databases and compare them with the manifest",
            async (progress, cancellationToken) =>
            {
                var work = await restore.WorkAsync(operation, cancellationToken);
                await RecordAsync(
                    operation,
                    progress,
                    DrillChecks.Rows(await databases.ReadAsync(work, cancellationToken)),
                    cancellationToken
                );
            }
        )
        {
            After = after,
            Timeout = Toolbox.StepTimeout,
        };

    public Step Tables(Operation operation, params string[] after) =>
        new(
            "tables",
            "Have its tables checked",
            async (progress, cancellationToken) =>
            {
                var work = await restore.WorkAsync(operation, cancellationToken);
                if (work.Manifest.Databases.Count > 0)
                {
                    var answers = await tool.CheckTablesAsync(work.Site, work.Manifest.Databases, operation.Id, cancellationToken);
                    await RecordAsync(operation, progress, DrillChecks.Tables(work.Manifest, answers), cancellationToken);
                }
            }
        )
        {
            After = after,
            Timeout = Toolbox.StepTimeout,
        };

    /// <summary>The first good answer: here the recovery time ends.</summary>
    public Step Visit(Operation operation, params string[] after) =>
        new(
            DrillEnding.AnswerStep,
            "Visit it over the sealed network",
            async (progress, cancellationToken) =>
            {
                var work = await restore.WorkAsync(operation, cancellationToken);
                var answer = await tool.VisitAsync(work.Site, operation.Id, cancellationToken);
                var now = time.GetStoredNow();
                var results = DrillChecks.Page(work.Manifest, work.Site.Blueprint.Front.Probe, answer).ToList();
                var isGood = results[0].Outcome == RestoreDrillOutcome.Passed;
                await store.UpdateAsync(
                    operation.Id,
                    drill =>
                    {
                        (drill.PageStatus, drill.PageTitle) = (answer.Status, PageTitle.Of(answer.Page));
                        drill.Page = Bounded(answer.Page);
                        if (isGood)
                        {
                            drill.AnsweredAt ??= now;
                            drill.RecoverySeconds = (drill.AnsweredAt - drill.StartedAt)?.TotalSeconds;
                        }
                    },
                    cancellationToken
                );
                await RecordAsync(operation, progress, results, cancellationToken);
            }
        )
        {
            After = after,
            Timeout = TimeSpan.FromMinutes(40),
        };

    public Step Status(Operation operation, TimeSpan limit, params string[] after) =>
        new(
            "status",
            "Ask the application how it is",
            async (progress, cancellationToken) =>
            {
                var work = await restore.WorkAsync(operation, cancellationToken);
                var answer = await status.AskAsync(work.Site, operation, cancellationToken);
                await RecordAsync(operation, progress, [DrillChecks.Status(work.Manifest, answer)], cancellationToken);
            }
        )
        {
            After = after,
            Timeout = limit + TimeSpan.FromMinutes(1),
        };

    /// <summary>What a visitor would see, for people to look at; after the recovery time has ended, and beside whatever else is asked.</summary>
    public Step Picture(Operation operation, params string[] after) =>
        new(
            "picture",
            "Take a picture of its front page",
            async (progress, cancellationToken) =>
            {
                var checks = await store.ListChecksAsync(operation.Id, cancellationToken);
                var work = await restore.WorkAsync(operation, cancellationToken);
                var answer = checks.Any(check => check is { Name: DrillChecks.Answer, Outcome: RestoreDrillOutcome.Passed })
                    ? await camera.TakeAsync(work.Site, operation.Id, cancellationToken)
                    : null;
                await store.KeepPictureAsync(operation.Id, answer?.Picture, cancellationToken);
                await RecordAsync(operation, progress, [DrillChecks.Picture(answer)], cancellationToken);
            }
        )
        {
            After = after,
        };

    /// <summary>Looks at all checks at once.</summary>
    public Step Verdict(Operation operation, params string[] after) =>
        new(
            DrillEnding.VerdictStep,
            "Look at all that was found",
            async (progress, cancellationToken) =>
            {
                var checks = await store.ListChecksAsync(operation.Id, cancellationToken);
                var failed = checks.Where(check => check.Outcome == RestoreDrillOutcome.Failed).ToList();
                if (failed.Count > 0)
                {
                    throw new StepFailedException(
                        Failed,
                        $"{failed.Count} of {checks.Count} checks failed. {string.Join(' ', failed.Select(check => $"{check.Title}: {check.Text}"))}"
                    );
                }

                await progress.ReportAsync($"{checks.Count(check => check.Outcome == RestoreDrillOutcome.Passed)} checks passed");
            }
        )
        {
            After = after,
        };

    private async Task RecordAsync(
        Operation operation,
        StepProgress progress,
        IEnumerable<CheckResult> results,
        CancellationToken cancellationToken
    )
    {
        var all = results.ToList();
        await store.RecordAsync(operation.Id, all, cancellationToken);
        foreach (var result in all)
        {
            await progress.LogAsync([$"{result.Title}: {result.Text}"], areErrors: result.Outcome == RestoreDrillOutcome.Failed);
        }

        if (all.Count(result => result.Outcome == RestoreDrillOutcome.Failed) is > 0 and var failed)
        {
            await progress.ReportAsync($"{failed} of {all.Count} not as it should be");
        }
    }

    private static string? Bounded(string page)
    {
        var text = page.Replace('\0', '\uFFFD');
        return text.Length == 0 ? null
            : text.Length > RestoreDrill.MaxPageLength ? text[..RestoreDrill.MaxPageLength]
            : text;
    }
}
