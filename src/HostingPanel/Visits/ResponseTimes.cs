namespace HostingPanel.Visits;

/// <summary>
/// Response times as counts in fixed steps, so that those of an hour are the sums of those of its minutes, and any percentile can be told
/// of both; exact to a step, which is about a quarter of the value.
/// </summary>
internal static class ResponseTimes
{
    /// <summary>Upper ends of the steps in milliseconds; the last step has none.</summary>
    private static readonly int[] Ends =
    [
        1,
        2,
        3,
        4,
        5,
        6,
        8,
        10,
        13,
        16,
        20,
        25,
        32,
        40,
        50,
        63,
        80,
        100,
        126,
        158,
        200,
        251,
        316,
        400,
        500,
        631,
        794,
        1000,
        1259,
        1585,
        2000,
        2512,
        3162,
        4000,
        5012,
        6310,
        8000,
        10_000,
        15_000,
        20_000,
        30_000,
        60_000,
    ];

    /// <summary>How many steps there are.</summary>
    public static int Steps => Ends.Length + 1;

    /// <summary>Counts one.</summary>
    public static void Add(long[] counts, int milliseconds)
    {
        var at = Array.BinarySearch(Ends, milliseconds);
        counts[at < 0 ? ~at : at]++;
    }

    /// <summary>Adds counts to others; counts of an older panel may have fewer steps.</summary>
    public static void Add(long[] counts, IReadOnlyList<long> others)
    {
        for (var step = 0; step < Math.Min(counts.Length, others.Count); step++)
        {
            counts[step] += others[step];
        }
    }

    /// <summary>So many milliseconds this share of the requests took at most; null where there was none.</summary>
    public static double? Percentile(IReadOnlyList<long> counts, double share)
    {
        var all = counts.Sum();
        if (all == 0)
        {
            return null;
        }

        var (wanted, seen) = (share * all, 0L);
        for (var step = 0; step < counts.Count; step++)
        {
            if (counts[step] > 0 && seen + counts[step] >= wanted)
            {
                var (low, high) = (step == 0 ? 0 : Ends[step - 1], step < Ends.Length ? Ends[step] : Ends[^1] * 2);
                return low + ((high - low) * (wanted - seen) / counts[step]);
            }

            seen += counts[step];
        }

        return Ends[^1] * 2;
    }
}
