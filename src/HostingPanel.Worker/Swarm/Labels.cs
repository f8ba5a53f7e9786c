using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>The labels on everything that is made: by them it is found again, and told from what is somebody else's.</summary>
internal static class Labels
{
    public const string Installation = "hp.installation";
    public const string Site = "hp.site";
    public const string Organisation = "hp.organisation";
    public const string Service = "hp.service";
    public const string Spec = "hp.spec";
    public const string Operation = "hp.operation";

    /// <summary>On jobs only: the operation that they are a part of.</summary>
    public const string Job = "hp.job";
    public const string Volume = "hp.volume";

    /// <summary>On containers through which volumes are written only: the worker's process that made it.</summary>
    public const string Writer = "hp.writer";

    public static Dictionary<string, string> Of(string installation, Ownership owner)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Installation] = installation };
        Add(labels, Site, owner.SiteId);
        Add(labels, Organisation, owner.OrganisationId);
        Add(labels, Operation, owner.OperationId);
        return labels;
    }

    /// <summary>The id that a label holds; null without one.</summary>
    public static Guid? Id(IReadOnlyDictionary<string, string>? labels, string name) =>
        Guid.TryParse(labels?.GetValueOrDefault(name), out var id) ? id : null;

    private static void Add(Dictionary<string, string> labels, string name, Guid? id)
    {
        if (id is { } value)
        {
            labels[name] = value.ToString();
        }
    }
}
