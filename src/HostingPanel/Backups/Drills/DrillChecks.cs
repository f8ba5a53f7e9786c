using System.Globalization;
using HostingPanel.Blueprints;
using HostingPanel.Platform;

namespace HostingPanel.Backups.Drills;

/// <summary>Makes evidence of what was found: each check with its figures. Pure.</summary>
internal static class DrillChecks
{
    public const string Manifest = "manifest";
    public const string Answer = "answer";
    public const string FrontPicture = "picture";

    public static CheckResult ManifestIsOurs(Manifest manifest) =>
        Passed(
            Manifest,
            "Signature of the manifest",
            string.Create(
                CultureInfo.InvariantCulture,
                $"It is what this panel has signed: {manifest.Databases.Count} databases and {manifest.Volumes.Count} volumes, taken {manifest.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC."
            )
        );

    /// <summary>Whether the scratch site runs what the site ran.</summary>
    /// <param name="manifest">What it ran.</param>
    /// <param name="running">What the scratch site runs, by service.</param>
    public static CheckResult Releases(Manifest manifest, IReadOnlyDictionary<string, string> running)
    {
        var other = manifest
            .Services.Where(service => running.GetValueOrDefault(service.Name) != service.Image)
            .Select(service => $"{service.Name}: {running.GetValueOrDefault(service.Name) ?? "nothing"} in place of {service.Image}")
            .ToList();
        return new CheckResult(
            "releases",
            "Releases of its services",
            other.Count == 0 ? RestoreDrillOutcome.Passed : RestoreDrillOutcome.NotChecked,
            other.Count == 0
                ? $"The {Count(manifest.Services.Count, "service")} ran the releases of the restore point."
                : "Those of the restore point are not there any more; the present ones were used."
        )
        {
            Compared = manifest.Services.Count,
            Differing = other.Count,
            Details = other,
        };
    }

    public static CheckResult Seal(OutsideAnswer answer) =>
        Judged(
            "sealed",
            "No way out",
            answer is { Routes: 0, Reached.Count: 0 },
            answer is { Routes: 0, Reached.Count: 0 }
                ? $"Tried from inside before anything of it was started: no route leads out, and none of {Count(answer.Tried.Count, "address", "addresses")} was reached."
                : $"{Count(answer.Routes, "route")} out of it, and {answer.Reached.Count} of {Count(answer.Tried.Count, "address", "addresses")} reached. Nothing of the site was started.",
            answer.Tried.Count,
            answer.Reached.Count,
            answer.Reached
        );

    public static IEnumerable<CheckResult> Files(Manifest manifest, IReadOnlyList<RestoredVolume> volumes) =>
        manifest.Volumes.Select(wanted =>
        {
            var found = volumes.SingleOrDefault(volume => volume.Name == wanted.Name);
            return Judged(
                $"files:{wanted.Name}",
                $"Files of {wanted.Name}",
                found is { Fault: null },
                found is null
                    ? $"The volume {wanted.Name} is not there."
                    : found.Fault
                        ?? $"{found.Text} {Number(found.Files)} files with {Number(found.Bytes)} bytes, all of them read; {Number(wanted.Files)} with {Number(wanted.Bytes)} in the manifest.",
                found?.Files ?? 0,
                found?.Fault is null ? 0 : null,
                []
            );
        });

    public static IEnumerable<CheckResult> Rows(IReadOnlyList<LoadedDatabase> databases) =>
        databases.Select(database =>
            Judged(
                $"rows:{database.Wanted.Name}",
                $"Rows of {database.Wanted.Name}",
                database.Differing.Count == 0,
                database.Differing.Count == 0
                    ? $"{Count(database.Wanted.Rows.Count, "table")} with {Number(database.Wanted.Rows.Values.Sum())} rows, each as in the manifest."
                    : $"{database.Differing.Count} of {Count(database.Wanted.Rows.Count, "table")} {(database.Differing.Count == 1 ? "has" : "have")} other rows than the manifest says: {string.Join(", ", database.Differing.Take(5).Select(table => table.Table))}{(database.Differing.Count > 5 ? " and others" : string.Empty)}.",
                database.Wanted.Rows.Count,
                database.Differing.Count,
                [
                    .. database.Differing.Select(table =>
                        $"{table.Table}: {(table.Found is { } found ? $"{Number(found)} rows" : "not there")}, {(table.Wanted is { } wanted ? $"{Number(wanted)} were taken" : "not in the manifest")}"
                    ),
                ]
            )
        );

    public static IEnumerable<CheckResult> Tables(Manifest manifest, IReadOnlyList<TablesAnswer> answers) =>
        answers.Select(answer =>
        {
            var wanted = manifest.Databases.Single(database => database.Name == answer.Database);
            var faults = answer.Faults.ToList();
            Compare("views", wanted.Views, answer.Views);
            Compare("triggers", wanted.Triggers, answer.Triggers);
            Compare("routines", wanted.Routines, answer.Routines);
            Compare("events", wanted.Events, answer.Events);
            return Judged(
                $"tables:{answer.Database}",
                $"Tables of {answer.Database}",
                faults.Count == 0,
                faults.Count == 0
                    ? $"The server has checked {Count(answer.Tables, "table")} and finds them right; {Count(answer.Views, "view")}, {Count(answer.Triggers, "trigger")}, {Count(answer.Routines, "routine")} and {Count(answer.Events, "event")} are there."
                    : string.Join("; ", faults.Take(3)),
                answer.Tables,
                faults.Count,
                faults
            );

            void Compare(string what, int taken, int there)
            {
                if (taken != there)
                {
                    faults.Add($"{there} {what} are there, {taken} were taken");
                }
            }
        });

    /// <summary>The front page: that it came, and as what.</summary>
    public static IEnumerable<CheckResult> Page(Manifest manifest, BlueprintProbe probe, VisitAnswer answer)
    {
        var isGood = answer.Status is { } status && probe.Statuses.Contains(status);
        var wanted = string.Join(" or ", probe.Statuses);
        var then = manifest.Front is { } front ? $" It answered {front.Status} when it was taken." : string.Empty;
        yield return Judged(
            Answer,
            "It answers",
            isGood,
            isGood
                ? $"{probe.Path} came with {answer.Status} over the sealed network."
                : $"{probe.Path} should answer {wanted} within {probe.Within.TotalSeconds:0} s; {(answer.Status is null ? answer.Error ?? "nothing came" : $"it answered {answer.Status}")}.{then}"
        );
        yield return Title(manifest, answer, isGood);
    }

    /// <summary>The picture of the front page. It is shown, not judged: one that could not be made is never a failure.</summary>
    /// <param name="answer">What was made; null where there was no page to make one of.</param>
    public static CheckResult Picture(PictureAnswer? answer)
    {
        var picture = answer?.Picture;
        return new CheckResult(
            FrontPicture,
            "Picture of the front page",
            picture is null ? RestoreDrillOutcome.NotChecked : RestoreDrillOutcome.Passed,
            picture is not null
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"As a visitor's browser showed it, {picture.Width} × {picture.Height} points, {Number(picture.Content.Length)} bytes. What it wanted from elsewhere, it did not get."
                    )
                : answer is null ? "There was no page to take one of."
                : $"None was made. {answer.Reason}"
        );
    }

    private static CheckResult Title(Manifest manifest, VisitAnswer answer, bool isGood)
    {
        const string Name = "title";
        const string Heading = "Title of the front page";
        var title = PageTitle.Of(answer.Page);
        return manifest.Front switch
        {
            _ when !isGood => new CheckResult(Name, Heading, RestoreDrillOutcome.NotChecked, "There was no page to look at."),
            null => new CheckResult(
                Name,
                Heading,
                RestoreDrillOutcome.NotChecked,
                $"It is {Quoted(title)}; how it was when the restore point was taken is not known."
            ),
            { } front => Judged(
                Name,
                Heading,
                front.Title == title,
                front.Title == title
                    ? $"It is {Quoted(title)}, as when it was taken."
                    : $"It is {Quoted(title)}, and was {Quoted(front.Title)} when it was taken."
            ),
        };
    }

    /// <summary>What the application says of itself.</summary>
    public static CheckResult Status(Manifest manifest, StatusAnswer? answer)
    {
        const string Name = "status";
        const string Heading = "Its own status check";
        if (answer is null)
        {
            return new CheckResult(Name, Heading, RestoreDrillOutcome.NotChecked, "Its blueprint has no status hook.");
        }

        if (answer.Fault is { } fault)
        {
            return Judged(Name, Heading, isRight: false, fault);
        }

        if (answer.Application is not { } application)
        {
            return new CheckResult(Name, Heading, RestoreDrillOutcome.NotChecked, "It ended well, and said nothing that can be read.");
        }

        var taken = manifest.Application;
        return application.IsInstalled == false && taken?.IsInstalled != false
                ? Judged(Name, Heading, isRight: false, "It says that it is not installed.")
            : taken?.Version is { } version && application.Version != version
                ? Judged(
                    Name,
                    Heading,
                    isRight: false,
                    $"It says that it is version {application.Version ?? "unknown"}; {version} was taken."
                )
            : Judged(
                Name,
                Heading,
                isRight: true,
                $"It is installed, version {application.Version ?? "unknown"}{(taken?.Version is null ? "; which one was taken is not known" : ", as when it was taken")}."
            );
    }

    private static CheckResult Passed(string name, string title, string text) => new(name, title, RestoreDrillOutcome.Passed, text);

    private static CheckResult Judged(
        string name,
        string title,
        bool isRight,
        string text,
        long? compared = null,
        long? differing = null,
        IReadOnlyList<string>? details = null
    ) =>
        new(name, title, isRight ? RestoreDrillOutcome.Passed : RestoreDrillOutcome.Failed, text)
        {
            Compared = compared,
            Differing = differing,
            Details = details ?? [],
        };

    private static string Quoted(string? title) =>
        title is null ? "none"
        : title.Length > 200 ? $"“{title[..200]}…”"
        : $"“{title}”";

    private static string Count(int number, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many ?? one + "s")}");

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
