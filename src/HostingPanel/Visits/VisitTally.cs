using HostingPanel.Platform;

namespace HostingPanel.Visits;

/// <summary>What was counted of one site since it was last written down. Not safe for several at once.</summary>
internal sealed class VisitTally
{
    /// <summary>So many different texts of a kind are held; then those that were seen least are forgotten, so that a flood of paths fills no memory.</summary>
    internal const int MostTexts = 400;

    /// <summary>So many of each kind are written down.</summary>
    internal const int Kept = 20;

    private readonly Dictionary<VisitTopKind, Dictionary<string, long>> _tops = Enum.GetValues<VisitTopKind>()
        .ToDictionary(kind => kind, _ => new Dictionary<string, long>(StringComparer.Ordinal));

    public long Requests { get; private set; }
    public long Good { get; private set; }
    public long Redirected { get; private set; }
    public long ClientErrors { get; private set; }
    public long ServerErrors { get; private set; }
    public long Refused { get; private set; }
    public long Bytes { get; private set; }
    public long QueueMilliseconds { get; private set; }
    public long[] Times { get; } = new long[ResponseTimes.Steps];

    public void Add(SeenRequest request)
    {
        Requests++;
        switch (request.Status / 100)
        {
            case 1 or 2:
                Good++;
                break;
            case 3:
                Redirected++;
                break;
            case 4:
                ClientErrors++;
                break;
            case 5:
                ServerErrors++;
                break;
            default:
                // The visitor had gone before there was an answer.
                break;
        }

        Bytes += Math.Max(0, request.Bytes);
        QueueMilliseconds += Math.Max(0, request.QueueMilliseconds);
        if (request.Refused is not null)
        {
            Refused++;
        }
        else
        {
            // How fast a refusal is says nothing about the site.
            ResponseTimes.Add(Times, Math.Max(0, request.Milliseconds));
        }

        Count(VisitTopKind.Path, request.Path);
        Count(VisitTopKind.Address, request.Address);
        Count(VisitTopKind.Agent, request.Agent ?? "(none)");
    }

    /// <summary>Those that were seen most.</summary>
    public IEnumerable<(VisitTopKind Kind, string Text, long Requests)> Tops() =>
        _tops.SelectMany(kind =>
            kind.Value.OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Take(Kept)
                .Select(pair => (kind.Key, pair.Key, pair.Value))
        );

    /// <summary>Adds what was counted to a row.</summary>
    public void AddTo(VisitBucket row)
    {
        (row.Requests, row.Good, row.Redirected) = (row.Requests + Requests, row.Good + Good, row.Redirected + Redirected);
        (row.ClientErrors, row.ServerErrors) = (row.ClientErrors + ClientErrors, row.ServerErrors + ServerErrors);
        (row.Refused, row.Bytes) = (row.Refused + Refused, row.Bytes + Bytes);
        row.QueueMilliseconds += QueueMilliseconds;
        // Another array, or the change is not seen.
        var times = new long[ResponseTimes.Steps];
        ResponseTimes.Add(times, row.Times);
        ResponseTimes.Add(times, Times);
        row.Times = times;
    }

    private void Count(VisitTopKind kind, string text)
    {
        var counts = _tops[kind];
        text = text.Length > VisitTop.MaxTextLength ? text[..VisitTop.MaxTextLength] : text;
        counts[text] = counts.GetValueOrDefault(text) + 1;
        if (counts.Count > MostTexts)
        {
            var least = counts.Values.Order().ElementAt(MostTexts / 2);
            foreach (var rare in counts.Where(pair => pair.Value <= least).Select(pair => pair.Key).ToList())
            {
                counts.Remove(rare);
            }
        }
    }
}
