namespace HostingPanel.Web.Guide;

/// <summary>A page of the user guide.</summary>
/// <param name="Path">Its address below <c>/guide</c>.</param>
/// <param name="Title">What it is about.</param>
/// <param name="About">The same in one sentence.</param>
/// <param name="Text">The component that holds its words.</param>
internal sealed record GuideTopic(string Path, string Title, string About, Type Text)
{
    /// <summary>All of them, in the order in which they are read.</summary>
    public static IReadOnlyList<GuideTopic> All { get; } =
    [
        new(
            "organisations",
            "For organisations",
            "What the people of a non-profit can do here for themselves.",
            typeof(OrganisationsTopic)
        ),
        new("sites", "Sites", "Make one, hand it over, start and stop it, and what happens in the trash.", typeof(SitesTopic)),
        new("domains", "Host names", "Add one, show that it is yours, and choose what the site calls itself.", typeof(DomainsTopic)),
        new(
            "backups",
            "Backups",
            "When they are taken, what is in one, how long it stays, and what its state means.",
            typeof(BackupsTopic)
        ),
        new(
            "restoring",
            "Restoring",
            "A whole site beside the old one or in its place, single files and tables, and the way back.",
            typeof(RestoringTopic)
        ),
        new("proof", "Proof", "Why a backup counts only once it has been started, and what a drill looks at.", typeof(ProofTopic)),
        new("certificates", "Certificates", "Who is asked for them, what that needs, wildcards, and your own.", typeof(CertificatesTopic)),
        new("volumes", "Volumes", "Where content lies, what no backup covers, clones, and the trash.", typeof(VolumesTopic)),
        new("people", "People and access", "Signing in, second factors, roles, invitations, and who did what.", typeof(PeopleTopic)),
        new("scripts", "Scripts", "Tokens, the REST interface and the command line.", typeof(ScriptsTopic)),
        new("trouble", "When something is wrong", "Where to look first, and how a lost machine comes back.", typeof(TroubleTopic)),
    ];

    /// <summary>The topic at an address, or null.</summary>
    public static GuideTopic? Find(string? path) => All.FirstOrDefault(topic => topic.Path == path);
}
