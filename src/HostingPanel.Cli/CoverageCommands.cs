using System.CommandLine;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp coverage …</c>.</summary>
internal static class CoverageCommands
{
    public static Command Build(HpCommand hp) =>
        new("coverage", "Whether backups take what the sites hold") { List(hp), ExcludeDatabase(hp), IncludeDatabase(hp) };

    private static Command List(HpCommand hp)
    {
        var site = new Option<string?>("--site") { Description = "Only that of this site" };
        var organisation = new Option<string?>("--organisation") { Description = "Only that of this organisation's sites" };
        var state = new Option<CoverageState?>("--state") { Description = "Only what is in this state" };
        var command = new Command("list", "Every volume and database, by site") { site, organisation, state };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                CoverageSummary? summary = null;
                var items = await Pages.AllAsync(async cursor =>
                {
                    var report = await session.Panel.Volumes.GetCoverageAsync(
                        parsed.GetValue(site),
                        parsed.GetValue(organisation),
                        parsed.GetValue(state),
                        200,
                        cursor,
                        cancellationToken
                    );
                    summary = report.Summary;
                    return new Page<CoverageItem>(report.Items, report.NextCursor);
                });
                session.Output.WriteTable(
                    items,
                    ["SITE", "WHAT", "NAME", "BACKUP", "WHY"],
                    item =>
                        [
                            item.Site,
                            Output.Word(item.What),
                            item.Name,
                            Output.Word(item.Coverage.State),
                            item.Coverage.DecidedBy is { } by ? $"{item.Coverage.Reason} ({by})" : item.Coverage.Reason,
                        ]
                );
                if (!session.Output.IsJson)
                {
                    session.Output.Line($"{summary!.Covered} covered, {summary.Excluded} excluded, {summary.Uncovered} uncovered.");
                    if (summary.Note is { } note)
                    {
                        session.Output.Line(note);
                    }
                }

                return true;
            }
        );
        return command;
    }

    private static Command ExcludeDatabase(HpCommand hp)
    {
        var (site, database) = Database();
        var reason = new Option<string>("--reason") { Description = "Why no backup has to take it", Required = true };
        var command = new Command("exclude-database", "Write down why no backup has to take a database") { site, database, reason };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.Volumes.ExcludeDatabaseAsync(
                    parsed.GetValue(site)!,
                    parsed.GetValue(database)!,
                    parsed.GetValue(reason)!,
                    cancellationToken
                );
                return true;
            }
        );
        return command;
    }

    private static Command IncludeDatabase(HpCommand hp)
    {
        var (site, database) = Database();
        var command = new Command("include-database", "Take the exclusion of a database back") { site, database };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.Volumes.IncludeDatabaseAsync(parsed.GetValue(site)!, parsed.GetValue(database)!, cancellationToken);
                return true;
            }
        );
        return command;
    }

    private static (Argument<string> Site, Argument<string> Database) Database() =>
        (
            new Argument<string>("site") { Description = "The site" },
            new Argument<string>("database") { Description = "The database's name in the blueprint" }
        );
}
