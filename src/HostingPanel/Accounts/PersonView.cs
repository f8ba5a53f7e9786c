using HostingPanel.Access;

namespace HostingPanel.Accounts;

/// <summary>A person as staff see them.</summary>
/// <param name="Id">Their account's identity.</param>
/// <param name="Name">Their name.</param>
/// <param name="Email">Their address.</param>
/// <param name="Role">What they are among the staff; null when they only belong to organisations.</param>
/// <param name="Organisations">The names of the organisations that they belong to.</param>
/// <param name="SuspendedAt">Since when they may do nothing.</param>
/// <param name="HasSecondFactor">True when they have one.</param>
/// <param name="LastSeenAt">When they were here last; null for never.</param>
/// <param name="Sessions">In how many browsers they are signed in.</param>
public sealed record PersonView(
    Guid Id,
    string Name,
    string Email,
    StaffRole? Role,
    IReadOnlyList<string> Organisations,
    DateTimeOffset? SuspendedAt,
    bool HasSecondFactor,
    DateTimeOffset? LastSeenAt,
    int Sessions
);
