using System.Globalization;
using HostingPanel.Backups.Policies;

namespace HostingPanel.Web.Backups.Policies;

/// <summary>What has been typed about a policy so far.</summary>
public sealed class PolicyDraft
{
    /// <summary>Begins with a policy as it is.</summary>
    public static PolicyDraft From(PolicyView policy)
    {
        var draft = new PolicyDraft
        {
            Enabled = policy.Enabled,
            OffReason = policy.OffReason ?? string.Empty,
            IsCron = policy.Cron is not null,
            Cron = policy.Cron ?? string.Empty,
            WindowFrom = policy.WindowFrom ?? "22:00",
            WindowTo = policy.WindowTo ?? "05:00",
            TimeZone = policy.TimeZone,
            Last = Text(policy.Retention.Last),
            Daily = Text(policy.Retention.Daily),
            Weekly = Text(policy.Retention.Weekly),
            Monthly = Text(policy.Retention.Monthly),
            Yearly = Text(policy.Retention.Yearly),
        };
        draft.Targets.UnionWith(policy.Targets);
        return draft;
    }

    /// <summary>Whether restore points are taken by themselves.</summary>
    public bool Enabled { get; set; }

    /// <summary>Why not.</summary>
    public string OffReason { get; set; } = string.Empty;

    /// <summary>True for a crontab, false for a window.</summary>
    public bool IsCron { get; set; }

    /// <summary>The crontab's five fields.</summary>
    public string Cron { get; set; } = string.Empty;

    /// <summary>From when on a day.</summary>
    public string WindowFrom { get; set; } = string.Empty;

    /// <summary>Until when.</summary>
    public string WindowTo { get; set; } = string.Empty;

    /// <summary>The time zone.</summary>
    public string TimeZone { get; set; } = string.Empty;

    /// <summary>The targets; none for all.</summary>
    public HashSet<string> Targets { get; } = new(StringComparer.Ordinal);

    /// <summary>How many of the newest are kept.</summary>
    public string Last { get; set; } = string.Empty;

    /// <summary>Of how many days.</summary>
    public string Daily { get; set; } = string.Empty;

    /// <summary>Of how many weeks.</summary>
    public string Weekly { get; set; } = string.Empty;

    /// <summary>Of how many months.</summary>
    public string Monthly { get; set; } = string.Empty;

    /// <summary>Of how many years.</summary>
    public string Yearly { get; set; } = string.Empty;

    /// <summary>How long things are kept; what is no number is one that is refused, so that it is told.</summary>
    public RetentionRules Retention => new(Number(Last), Number(Daily), Number(Weekly), Number(Monthly), Number(Yearly));

    /// <summary>What the use case takes.</summary>
    public PolicyCommand ToCommand() =>
        new(
            Enabled,
            Enabled ? null : OffReason.Trim(),
            IsCron ? Cron.Trim() : null,
            IsCron ? null : WindowFrom.Trim(),
            IsCron ? null : WindowTo.Trim(),
            TimeZone.Trim(),
            [.. Targets.Order(StringComparer.Ordinal)],
            Retention
        );

    private static string Text(int number) => number == 0 ? string.Empty : number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) =>
        string.IsNullOrWhiteSpace(text) ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : -1;
}
