namespace HostingPanel.Access;

/// <summary>Roles of the provider's staff.</summary>
public enum StaffRole
{
    /// <summary>May do everything.</summary>
    Administrator,
}

/// <summary>Who acts. Made at the edge from a cookie, a circuit or a token; every use case takes one.</summary>
/// <param name="Id">The account's or the token's id; empty for the panel itself.</param>
/// <param name="Name">Shown beside what they did.</param>
/// <param name="Role">What they are among the staff, or null when they are nobody.</param>
public sealed record Actor(Guid Id, string Name, StaffRole? Role)
{
    /// <summary>Somebody who is not signed in.</summary>
    public static Actor Nobody { get; } = new(Guid.Empty, "nobody", null);

    /// <summary>The panel acting by itself (schedules, start-up, its command line on the machine).</summary>
    public static Actor Panel { get; } = new(Guid.Empty, "panel", StaffRole.Administrator);
}
