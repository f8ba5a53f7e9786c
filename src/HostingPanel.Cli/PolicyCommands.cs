using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp backups policy …</c> and <c>hp backups retention</c>.</summary>
internal static class PolicyCommands
{
    public static Command Build(HpCommand hp) =>
        new("policy", "When restore points are taken and how long they are kept") { Show(hp), Set(hp), Reset(hp) };

    public static Command Retention(HpCommand hp)
    {
        var site = new Argument<string>("site") { Description = "The site" };
        var kept = Kept();
        var command = new Command("retention", "What retention would do with a site's restore points; nothing is changed") { site };
        kept.ToList().ForEach(command.Add);
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var preview = await session.Panel.BackupPolicies.PreviewAsync(
                    parsed.GetValue(site)!,
                    ReadKept(parsed, kept),
                    cancellationToken
                );
                session.Output.WriteTable(
                    preview.Items,
                    ["ID", "TAKEN", "WHY", "GOES", "KEPT AS"],
                    item =>
                        [
                            item.Id.ToString(),
                            Output.Time(item.TakenAt),
                            Output.Word(item.Reason),
                            item.Now ? "now"
                            : item.Goes ? "later"
                            : "",
                            string.Join(", ", item.Kept),
                        ]
                );
                if (preview.Fault is { } fault)
                {
                    session.Output.Line(fault.Message);
                }

                return true;
            }
        );
        return command;
    }

    private static Whose ForWhom() =>
        new(
            new Argument<string?>("site") { Description = "The site", Arity = ArgumentArity.ZeroOrOne },
            new Option<string?>("--plan") { Description = "Of the sites of this plan that have none of their own" },
            new Option<bool>("--default") { Description = "Of every site that has no other" }
        );

    private static Option<int?>[] Kept() =>
        [
            new("--last") { Description = "Keep so many of the newest" },
            new("--daily") { Description = "Keep the newest of so many days" },
            new("--weekly") { Description = "Keep the newest of so many weeks" },
            new("--monthly") { Description = "Keep the newest of so many months" },
            new("--yearly") { Description = "Keep the newest of so many years" },
        ];

    private static Retention? ReadKept(ParseResult parsed, Option<int?>[] kept)
    {
        var counts = kept.Select(parsed.GetValue).ToList();
        return counts.TrueForAll(count => count is null)
            ? null
            : new Retention(counts[0] ?? 0, counts[1] ?? 0, counts[2] ?? 0, counts[3] ?? 0, counts[4] ?? 0);
    }

    private static Command Show(HpCommand hp)
    {
        var whose = ForWhom();
        var command = whose.AddTo(new Command("show", "A site's policy, a plan's, or the default"));
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var policies = session.Panel.BackupPolicies;
                session.Output.Write(
                    await whose.DoAsync(
                        parsed,
                        site => policies.GetAsync(site, cancellationToken),
                        plan => policies.GetPlanAsync(plan, cancellationToken),
                        () => policies.GetDefaultAsync(cancellationToken)
                    ),
                    Fields
                );
                return true;
            }
        );
        return command;
    }

    private static Command Set(HpCommand hp)
    {
        var whose = ForWhom();
        var cron = new Option<string?>("--cron") { Description = "Five fields of a crontab, such as \"30 3 * * *\"" };
        var window = new Option<string?>("--window") { Description = "Instead: a time of each day, such as 22:00-02:00" };
        var zone = new Option<string?>("--time-zone") { Description = "IANA's name, such as Europe/Vienna; else UTC" };
        var targets = new Option<string[]>("--target") { Description = "The name of a target, once for each; else all that are in use" };
        var off = new Option<string?>("--off") { Description = "Take none by itself, for this reason" };
        var kept = Kept();
        var command = whose.AddTo(new Command("set", "Set the whole of a policy") { cron, window, zone, targets, off });
        kept.ToList().ForEach(command.Add);
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var reason = parsed.GetValue(off);
                var request = new BackupPolicyRequest(
                    parsed.GetValue(cron),
                    ReadWindow(parsed.GetValue(window)),
                    parsed.GetValue(zone),
                    parsed.GetValue(targets),
                    ReadKept(parsed, kept),
                    reason is null,
                    reason
                );
                var policies = session.Panel.BackupPolicies;
                session.Output.Write(
                    await whose.DoAsync(
                        parsed,
                        site => policies.SetAsync(site, request, cancellationToken),
                        plan => policies.SetPlanAsync(plan, request, cancellationToken),
                        () => policies.SetDefaultAsync(request, cancellationToken)
                    ),
                    Fields
                );
                return true;
            }
        );
        return command;
    }

    private static Command Reset(HpCommand hp)
    {
        var site = new Argument<string?>("site") { Description = "The site", Arity = ArgumentArity.ZeroOrOne };
        var plan = new Option<string?>("--plan") { Description = "The plan" };
        var whose = new Whose(site, plan, Default: null);
        var command = whose.AddTo(new Command("reset", "Take a site's or a plan's policy away"));
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var policies = session.Panel.BackupPolicies;
                session.Output.Write(
                    await whose.DoAsync(
                        parsed,
                        name => policies.ResetAsync(name, cancellationToken),
                        name => policies.ResetPlanAsync(name, cancellationToken),
                        () => throw new UsageException("Name a site or a plan.")
                    ),
                    Fields
                );
                return true;
            }
        );
        return command;
    }

    private static BackupWindow? ReadWindow(string? text) =>
        text is null ? null
        : text.Split('-', 2) is [var from, var to] ? new BackupWindow(from, to)
        : throw new UsageException($"--window wants two times of day, such as 22:00-02:00; “{text}” is not that.");

    private static IEnumerable<(string, string?)> Fields(BackupPolicy policy) =>
        [
            ("of", Output.Word(policy.Scope)),
            (
                "taken",
                policy.Enabled ? policy.Cron ?? $"between {policy.Window?.From} and {policy.Window?.To}" : $"not: {policy.OffReason}"
            ),
            ("time zone", policy.TimeZone),
            ("next", Output.Time(policy.NextAt)),
            ("targets", policy.Targets.Count == 0 ? "all in use" : string.Join(' ', policy.Targets)),
            (
                "kept",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"last {policy.Retention.Last}, daily {policy.Retention.Daily}, weekly {policy.Retention.Weekly}, monthly {policy.Retention.Monthly}, yearly {policy.Retention.Yearly}"
                )
            ),
            ("changed", policy.ChangedAt is null ? null : $"{Output.Time(policy.ChangedAt)} by {policy.ChangedBy}"),
        ];

    private sealed record Whose(Argument<string?> Site, Option<string?> Plan, Option<bool>? Default)
    {
        public Command AddTo(Command command)
        {
            command.Add(Site);
            command.Add(Plan);
            if (Default is not null)
            {
                command.Add(Default);
            }

            return command;
        }

        public async Task<BackupPolicy> DoAsync(
            ParseResult parsed,
            Func<string, Task<BackupPolicy>> site,
            Func<string, Task<BackupPolicy>> plan,
            Func<Task<BackupPolicy>> forAll
        ) =>
            (parsed.GetValue(Site), parsed.GetValue(Plan), Default is null || parsed.GetValue(Default)) switch
            {
                ({ } name, null, _) when Default is null || !parsed.GetValue(Default) => await site(name),
                (null, { } name, _) when Default is null || !parsed.GetValue(Default) => await plan(name),
                (null, null, true) => await forAll(),
                _ => throw new UsageException("Name a site, or --plan, or --default: one of them."),
            };
    }
}
