using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using HostingPanel.Platform;

namespace HostingPanel.Traffic;

/// <summary>
/// Settings as they are stored: only the members that differ from what the blueprint says, so that a better blueprint reaches every site
/// that has not decided otherwise.
/// </summary>
internal static class TrafficJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <summary>What is stored of a site that differs in nothing.</summary>
    public const string Nothing = "{}";

    /// <summary>The members in which they differ, as JSON.</summary>
    public static string Difference(SiteTraffic settings, SiteTraffic defaults)
    {
        var (ours, theirs) = (Write(settings), Write(defaults));
        var difference = new JsonObject();
        foreach (var name in ours.Select(member => member.Key).Where(name => !JsonNode.DeepEquals(ours[name], theirs[name])))
        {
            difference[name] = ours[name]?.DeepClone();
        }

        return difference.ToJsonString(Options);
    }

    /// <summary>The names of the members in which they differ, as REST spells them.</summary>
    public static IReadOnlyList<string> Names(SiteTraffic settings, SiteTraffic defaults) =>
        [.. Read(Difference(settings, defaults)).Select(member => member.Key)];

    /// <summary>What is stored, laid over what the blueprint says now. Members that this panel does not know are left alone.</summary>
    /// <exception cref="PlatformException">The stored text is not what this panel writes.</exception>
    public static SiteTraffic Apply(string stored, SiteTraffic defaults)
    {
        try
        {
            var whole = Write(defaults);
            foreach (var (name, value) in Read(stored))
            {
                whole[name] = value?.DeepClone();
            }

            return whole.Deserialize<SiteTraffic>(Options)!;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new PlatformException(
                "traffic-settings-broken",
                "Its stored traffic settings can't be read. Set them anew on its page, tab Traffic.",
                broken
            );
        }
    }

    private static JsonObject Write(SiteTraffic settings) => JsonSerializer.SerializeToNode(settings, Options)!.AsObject();

    private static JsonObject Read(string stored) => JsonNode.Parse(stored)!.AsObject();
}
