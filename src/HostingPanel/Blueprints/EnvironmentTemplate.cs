using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace HostingPanel.Blueprints;

/// <summary>
/// The value of an environment variable, with places <c>{{ name }}</c> for facts of the site. The set of names is closed and was checked
/// when the blueprint was read; what is filled in is never read again, so a title that looks like a template stays a title.
/// </summary>
/// <remarks>
/// Swarm reads environment values as Go templates of its own (measured): <c>{{.Service.Name}}</c> is expanded and an unclosed <c>{{</c>
/// is refused. Whoever builds a service's spec must write each <c>{{</c> of a rendered value as <c>{{"{{"}}</c>.
/// </remarks>
public sealed class EnvironmentTemplate
{
    /// <summary>The facts of a site a template may name.</summary>
    public static IReadOnlyList<string> SiteNames { get; } =
    ["site.slug", "site.title", "site.url", "site.domains", "site.admin-email", "site.environment", "site.network"];

    /// <summary>The facts of a database; in a template after <c>databases.&lt;name&gt;.</c>.</summary>
    public static IReadOnlyList<string> DatabaseParts { get; } = ["host", "name", "user", "port"];

    private readonly IReadOnlyList<Segment> _segments;

    private EnvironmentTemplate(string text, IReadOnlyList<Segment> segments)
    {
        Text = text;
        _segments = segments;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The value for one site, character for character what the facts say.</summary>
    public string Render(SiteFacts site)
    {
        var value = new StringBuilder(Text.Length);
        foreach (var segment in _segments)
        {
            value.Append(segment.IsName ? Fact(segment.Text, site) : segment.Text);
        }

        return value.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Reads a template; false with what is wrong when it names something unknown.</summary>
    /// <param name="text">The value as written.</param>
    /// <param name="databaseHosts">The blueprint's databases and the service that hosts each.</param>
    /// <param name="template">The template.</param>
    /// <param name="problem">What is wrong, as a sentence's end.</param>
    internal static bool TryParse(
        string text,
        IReadOnlyDictionary<string, string> databaseHosts,
        [NotNullWhen(true)] out EnvironmentTemplate? template,
        [NotNullWhen(false)] out string? problem
    )
    {
        template = null;
        var segments = new List<Segment>();
        for (var at = 0; at < text.Length; )
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            segments.Add(new Segment(open < 0 ? text[at..] : text[at..open], IsName: false));
            if (open < 0)
            {
                break;
            }

            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                problem = "opens {{ without closing it by }}";
                return false;
            }

            var name = text[(open + 2)..close].Trim();
            if (!TryResolve(name, databaseHosts, out var segment, out problem))
            {
                return false;
            }

            segments.Add(segment);
            at = close + 2;
        }

        problem = null;
        template = new EnvironmentTemplate(text, segments);
        return true;
    }

    private static bool TryResolve(
        string name,
        IReadOnlyDictionary<string, string> databaseHosts,
        [NotNullWhen(true)] out Segment? segment,
        [NotNullWhen(false)] out string? problem
    )
    {
        segment = null;
        problem = null;
        if (SiteNames.Contains(name, StringComparer.Ordinal))
        {
            segment = new Segment(name, IsName: true);
            return true;
        }

        if (
            name.Split('.') is ["databases", var database, var part]
            && databaseHosts.TryGetValue(database, out var host)
            && DatabaseParts.Contains(part, StringComparer.Ordinal)
        )
        {
            // Fixed by the blueprint alone, so it is text from here on.
            var value = part switch
            {
                "host" => host,
                "port" => BlueprintDatabase.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                _ => database,
            };
            segment = new Segment(value, IsName: false);
            return true;
        }

        IReadOnlyList<string> known =
        [
            .. SiteNames,
            .. databaseHosts.Keys.SelectMany(d => DatabaseParts.Select(p => $"databases.{d}.{p}")),
        ];
        problem = $"names '{name}', which no template knows{Parsing.Suggestion.For(name, known)}; known are {string.Join(", ", known)}";
        return false;
    }

    private static string Fact(string name, SiteFacts site) =>
        name switch
        {
            "site.slug" => site.Slug,
            "site.title" => site.Title,
            "site.url" => site.Url,
            "site.domains" => string.Join(' ', site.Domains),
            "site.admin-email" => site.AdminEmail,
            "site.environment" => site.Environment,
            "site.network" => site.Network,
            _ => throw new InvalidOperationException($"The template's parser let the unknown name '{name}' through."),
        };

    private sealed record Segment(string Text, bool IsName);
}
