namespace HostingPanel.Blueprints;

/// <summary>The secrets that exist without being declared. A blueprint's services and hooks take them by name.</summary>
public static class SecretNames
{
    /// <summary>What the gateway adds to every request of the site; its front service refuses requests without it.</summary>
    public const string GatewayKey = "gateway-key";

    /// <summary>The one-time key of the administrator's link; only the hooks install and admin-link may take it.</summary>
    public const string AdminLinkKey = "admin-link-key";

    /// <summary>What a database server runs at each start, see <see cref="DatabaseInitSql"/>; mounted without being asked for.</summary>
    public const string InitSql = "init.sql";

    /// <summary>The password of <see cref="DatabaseInitSql.BackupUser"/>; no service takes it, only the jobs that dump.</summary>
    /// <remarks>The blueprint format lets no database be called “backup”, whose own password would have that name.</remarks>
    public static string BackupPassword { get; } = DatabasePassword("backup");

    /// <summary>The password of a database's user.</summary>
    public static string DatabasePassword(string database) => $"db-{database}-password";

    /// <summary>Whether <paramref name="name"/> has the form of a built-in secret and so can't be declared.</summary>
    public static bool IsReserved(string name) =>
        name is GatewayKey or AdminLinkKey or InitSql
        || (name.StartsWith("db-", StringComparison.Ordinal) && name.EndsWith("-password", StringComparison.Ordinal));

    /// <summary>
    /// How a built-in secret is made: 32 random bytes for keys; for a database's password 40 letters and digits (238 bits), which no
    /// configuration file of any application has to escape.
    /// </summary>
    internal static BlueprintSecret BuiltIn(string name) =>
        name is GatewayKey or AdminLinkKey ? new(name, 32, SecretEncoding.Hex) : new(name, 40, SecretEncoding.Alphanumeric);
}
