using HostingPanel.Audit;

namespace HostingPanel.Access;

/// <summary>Roles of the provider's staff.</summary>
public enum StaffRole
{
    /// <summary>May do everything.</summary>
    Administrator,
}

/// <summary>What somebody who acts is.</summary>
public enum ActorKind
{
    /// <summary>Somebody who is not signed in.</summary>
    Nobody,

    /// <summary>A person with an account.</summary>
    Person,

    /// <summary>A script with an API token.</summary>
    Token,

    /// <summary>The panel by itself: schedules, repairs, the ends of operations.</summary>
    Panel,

    /// <summary>Whoever runs the panel's command line on the server; they own the engine anyway.</summary>
    Server,
}

/// <summary>Who acts. Made at the edge from a cookie, a circuit or a token; every use case takes one.</summary>
/// <param name="Id">The account's or the token's id; empty for the panel itself.</param>
/// <param name="Name">Shown beside what they did.</param>
/// <param name="Role">What they are among the staff, or null when they are nobody.</param>
public sealed record Actor(Guid Id, string Name, StaffRole? Role)
{
    /// <summary>Somebody who is not signed in.</summary>
    public static Actor Nobody { get; } = new(Guid.Empty, "nobody", null) { Kind = ActorKind.Nobody };

    /// <summary>The panel acting by itself.</summary>
    public static Actor Panel { get; } = new(Guid.Empty, "panel", StaffRole.Administrator) { Kind = ActorKind.Panel };

    /// <summary>The panel's command line on the server.</summary>
    public static Actor Server { get; } = new(Guid.Empty, "server", StaffRole.Administrator) { Kind = ActorKind.Server };

    /// <summary>What they are.</summary>
    public ActorKind Kind { get; init; } = ActorKind.Person;

    /// <summary>The network address that they act from, as the gateway gave it; null for who comes by no network.</summary>
    public string? Address { get; init; }

    /// <summary>Where it is written down that they may not do something; null where nobody keeps such a list.</summary>
    public AuditRefusals? Refusals { get; init; }
}
