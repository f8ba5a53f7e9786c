using HostingPanel.Persistence;

namespace HostingPanel.Web.Shell;

/// <summary>What a person is told when the database does not answer.</summary>
internal static class DatabaseTrouble
{
    /// <summary>Does something that a person asked for; a database that does not answer is a refusal like others then, not a fault of the page.</summary>
    public static async Task<Outcome<T>> AsProblemAsync<T>(Func<Task<Outcome<T>>> attempt)
    {
        try
        {
            return await attempt();
        }
        catch (Exception failure) when (DatabaseAway.Is(failure))
        {
            return new Problem(
                ProblemKind.Unavailable,
                "database-unreachable",
                "The panel can't reach its database at the moment, so it is not known whether this was taken in. Look in a minute, then try again."
            );
        }
    }
}
