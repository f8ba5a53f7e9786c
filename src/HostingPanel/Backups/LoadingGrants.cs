using HostingPanel.Blueprints;

namespace HostingPanel.Backups;

/// <summary>What a new site's database users may do while a restore point is loaded. Pure.</summary>
internal static class LoadingGrants
{
    /// <summary>What a dump of nothing but tables needs.</summary>
    private static readonly IReadOnlyList<string> ForTables = ["SELECT", "INSERT", "CREATE", "DROP", "ALTER", "INDEX", "REFERENCES"];

    /// <summary>
    /// The exact ones, where what is loaded needs no more: then the server has not to be started anew when it is loaded. Views, triggers,
    /// routines and events may reach further than the site's own users may, and tables into another of its databases.
    /// </summary>
    public static InitSqlGrants Of(Blueprint blueprint, Manifest manifest) =>
        manifest.Databases.All(database => database is { Views: 0, Triggers: 0, Routines: 0, Events: 0 })
        && blueprint
            .Databases.GroupBy(database => database.Service, StringComparer.Ordinal)
            .All(server => server.Count() == 1 && server.All(database => IsEnough(database.Grants)))
            ? InitSqlGrants.Exact
            : InitSqlGrants.Loading;

    private static bool IsEnough(DatabaseGrants grants) =>
        grants.All || ForTables.All(privilege => grants.Privileges.Contains(privilege, StringComparer.Ordinal));
}
