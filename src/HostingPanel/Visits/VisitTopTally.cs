using HostingPanel.Platform;

namespace HostingPanel.Visits;

/// <summary>Which paths, addresses and agents were seen most at one site since that was last written down. Not safe for several at once.</summary>
internal sealed class VisitTopTally
{
    /// <summary>So many different texts of a kind are held; then those that were seen least are forgotten, so that a flood of paths fills no memory.</summary>
    internal const int MostTexts = 400;

    /// <summary>So many of each kind are written down.</summary>
    internal const int Kept = 20;

    private readonly Dictionary<VisitTopKind, Dictionary<string, long>> _tops = Enum.GetValues<VisitTopKind>()
        .ToDictionary(kind => kind, _ => new Dictionary<string, long>(StringComparer.Ordinal));

    public void Add(SeenRequest request)
    {
        Count(VisitTopKind.Path, request.Path);
        Count(VisitTopKind.Address, request.Address);
        Count(VisitTopKind.Agent, request.Agent ?? "(none)");
    }

    /// <summary>Adds what was counted beside it.</summary>
    public void Add(VisitTopTally other)
    {
        foreach (var (kind, counts) in other._tops)
        {
            foreach (var (text, requests) in counts)
            {
                Count(kind, text, requests);
            }
        }
    }

    /// <summary>Those that were seen most.</summary>
    public IEnumerable<(VisitTopKind Kind, string Text, long Requests)> Tops() =>
        _tops.SelectMany(kind =>
            kind.Value.OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Take(Kept)
                .Select(pair => (kind.Key, pair.Key, pair.Value))
        );

    private void Count(VisitTopKind kind, string text, long requests = 1)
    {
        var counts = _tops[kind];
        text = text.Length > VisitTop.MaxTextLength ? text[..VisitTop.MaxTextLength] : text;
        counts[text] = counts.GetValueOrDefault(text) + requests;
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
