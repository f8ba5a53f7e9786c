namespace HostingPanel.Web.Tests.AccessMatrix;

/// <summary>Everybody who may come.</summary>
public enum Who
{
    /// <summary>Without anything.</summary>
    Nobody,

    /// <summary>An administrator whose account is suspended.</summary>
    Suspended,

    /// <summary>An owner of another organisation, who looks at this one.</summary>
    OtherTenant,

    /// <summary>A viewer.</summary>
    Viewer,

    /// <summary>A manager.</summary>
    Manager,

    /// <summary>An owner.</summary>
    Owner,

    /// <summary>Somebody with access to the one site for a time.</summary>
    Developer,

    /// <summary>Of the staff.</summary>
    Operator,

    /// <summary>Of the staff.</summary>
    Auditor,

    /// <summary>Of the staff.</summary>
    Administrator,

    /// <summary>An administrator's token that only reads.</summary>
    ReadOnlyToken,

    /// <summary>An owner's token for the one site.</summary>
    SiteToken,
}

/// <summary>What must come out.</summary>
public enum Answer
{
    /// <summary>It is done, or refused for another reason than who asks.</summary>
    Passes,

    /// <summary>401.</summary>
    NotKnown,

    /// <summary>403 <c>not-permitted</c>.</summary>
    NotPermitted,

    /// <summary>404, as for what does not exist.</summary>
    NotFound,
}

/// <summary>Where something is permitted.</summary>
public enum Where
{
    /// <summary>To everybody, without a token.</summary>
    Open,

    /// <summary>To everybody who is signed in.</summary>
    SignedIn,

    /// <summary>To every person who is signed in: it is about their own account, and a script has none.</summary>
    Person,

    /// <summary>To who has the permission everywhere.</summary>
    Provider,

    /// <summary>To who has the permission somewhere; a list shows what is there.</summary>
    Anywhere,

    /// <summary>To who has the permission in the organisation.</summary>
    Organisation,

    /// <summary>To who has the permission for the site.</summary>
    Site,
}

/// <summary>A line of the table.</summary>
/// <param name="Where">Where.</param>
/// <param name="Permission">The permission's name.</param>
/// <param name="Seen">The permission that lets somebody know that the thing is there; null for the same.</param>
public sealed record Rule(Where Where, string Permission = "", string? Seen = null)
{
    /// <summary>True when who is there for one site alone may not do it, although they may do such things to it.</summary>
    public bool IsWider { get; init; }

    /// <summary>True when what it is about is not in the world: to who may, it is answered that it is not there.</summary>
    public bool IsAboutNothing { get; init; }

    private static readonly string[] Viewer = ["organisations.read", "sites.read", "volumes.read", "backups.read", "operations.read"];

    private static readonly string[] Manager =
    [
        .. Viewer,
        "sites.operate",
        "domains.manage",
        "sites.log-in",
        "routing.manage",
        "logs.read",
        "backups.take",
        "backups.restore",
        "backups.download",
        "members.read",
        "audit.read",
    ];

    private static readonly string[] Owner = [.. Manager, "members.manage", "tokens.read", "tokens.manage"];

    private static readonly string[] Developer =
    [
        "sites.read",
        "sites.operate",
        "sites.log-in",
        "logs.read",
        "volumes.read",
        "backups.read",
        "backups.take",
        "operations.read",
    ];

    private static readonly string[] NotForOperators =
    [
        "members.read",
        "members.manage",
        "people.read",
        "people.manage",
        "tokens.read",
        "tokens.manage",
        "settings.read",
        "settings.manage",
        "targets.manage",
        "policies.manage-default",
        "repositories.export-keys",
    ];

    /// <summary>What must come out for somebody.</summary>
    /// <param name="who">Who asks.</param>
    /// <param name="own">True in their own organisation, at their own site; staff have none.</param>
    public Answer For(Who who, bool own) =>
        Where == Where.Open ? Answer.Passes
        : who is Who.Nobody or Who.Suspended ? Answer.NotKnown
        : Where == Where.SignedIn ? Answer.Passes
        : Where == Where.Person ? (who is Who.ReadOnlyToken or Who.SiteToken ? Answer.NotPermitted : Answer.Passes)
        : Where == Where.Provider ? (Staff(who, Permission) ? Answer.Passes : Answer.NotPermitted)
        : Where == Where.Anywhere
            ? (Somewhere(who, Permission) && !(IsWider && (who is Who.Developer or Who.SiteToken)) ? Answer.Passes : Answer.NotPermitted)
        : !Somewhere(who, Seen ?? Permission) ? Answer.NotPermitted
        : There(who, Permission, own) ? (IsWider && (who is Who.Developer or Who.SiteToken) ? Answer.NotPermitted : Answer.Passes)
        : There(who, Seen ?? Permission, own) ? Answer.NotPermitted
        : Answer.NotFound;

    private static bool Staff(Who who, string permission) =>
        who switch
        {
            Who.Administrator => true,
            Who.Operator => !NotForOperators.Contains(permission),
            Who.Auditor or Who.ReadOnlyToken => permission.EndsWith(".read", StringComparison.Ordinal),
            _ => false,
        };

    private static bool Somewhere(Who who, string permission) =>
        Staff(who, permission)
        || who switch
        {
            Who.Viewer => Viewer.Contains(permission),
            Who.Manager => Manager.Contains(permission),
            Who.Owner or Who.OtherTenant or Who.SiteToken => Owner.Contains(permission),
            Who.Developer => Developer.Contains(permission),
            _ => false,
        };

    private bool There(Who who, string permission, bool own) =>
        Staff(who, permission)
        || (
            own
            && Somewhere(who, permission)
            && who is not Who.OtherTenant
            && (Where == Where.Site || who is not (Who.Developer or Who.SiteToken))
        );
}
