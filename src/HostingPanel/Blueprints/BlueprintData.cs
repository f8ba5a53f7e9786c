namespace HostingPanel.Blueprints;

/// <summary>What a volume holds; decides how it is backed up, restored and cloned.</summary>
public enum VolumeKind
{
    /// <summary>The application's code.</summary>
    Code,

    /// <summary>Files that visitors may see, such as uploads.</summary>
    Files,

    /// <summary>Files that the web server must not serve.</summary>
    Private,

    /// <summary>A database server's own files: backed up as dumps, never as files.</summary>
    Database,

    /// <summary>What can be made again: never backed up.</summary>
    Cache,
}

/// <summary>Data that outlives containers.</summary>
/// <param name="Name">Its name within the site.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Owner">Who owns its root folder when it is made.</param>
/// <param name="Mode">The permission bits of its root folder when it is made, such as octal 0755.</param>
/// <param name="LeftOut">What a backup leaves out of it.</param>
public sealed record BlueprintVolume(string Name, VolumeKind Kind, NumericUser Owner, int Mode, IReadOnlyList<BackupOmission> LeftOut)
{
    /// <summary>Whether a backup takes its files: databases are dumped instead, caches are made again.</summary>
    public bool BackedUpAsFiles => Kind is not (VolumeKind.Database or VolumeKind.Cache);
}

/// <summary>Something a backup leaves out, and why.</summary>
/// <param name="Pattern">
/// For a volume a glob below its root (<c>*</c> within a folder, <c>**</c> across folders); for a database a table name with <c>*</c>,
/// whose rows are left out while its structure is kept.
/// </param>
/// <param name="Why">The reason, shown in the coverage view.</param>
public sealed record BackupOmission(string Pattern, string Why);

/// <summary>A database of a site and the user of the same name.</summary>
/// <param name="Name">The database's name and its user's.</param>
/// <param name="Service">The service that hosts it.</param>
/// <param name="Grants">What its user may do in it.</param>
/// <param name="Also">What its user may do in other databases of the same service.</param>
/// <param name="LeftOut">Tables whose rows a backup leaves out.</param>
public sealed record BlueprintDatabase(
    string Name,
    string Service,
    DatabaseGrants Grants,
    IReadOnlyList<ForeignGrants> Also,
    IReadOnlyList<BackupOmission> LeftOut
)
{
    /// <summary>The TCP port of a database server in a site.</summary>
    public const int Port = 3306;

    /// <summary>The login; each site has its own server, so the database's name is enough.</summary>
    public string User => Name;

    /// <summary>The host name on the site's own network.</summary>
    public string Host => Service;
}

/// <summary>What a user may do in a database.</summary>
/// <param name="Privileges">SQL privileges, each one of <see cref="DatabasePrivileges.Known"/>; empty means all of a database, without the right to pass them on.</param>
public sealed record DatabaseGrants(IReadOnlyList<string> Privileges)
{
    /// <summary>Whether everything in the database is granted.</summary>
    public bool All => Privileges.Count == 0;
}

/// <summary>What a database's user may do in another database.</summary>
/// <param name="Database">The other database.</param>
/// <param name="Grants">What is allowed there.</param>
public sealed record ForeignGrants(string Database, DatabaseGrants Grants);

/// <summary>The privileges a blueprint may grant.</summary>
public static class DatabasePrivileges
{
    /// <summary>MariaDB's privileges that end at a database; global ones and GRANT OPTION are not among them.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "CREATE",
        "DROP",
        "ALTER",
        "INDEX",
        "REFERENCES",
        "CREATE TEMPORARY TABLES",
        "LOCK TABLES",
        "CREATE VIEW",
        "SHOW VIEW",
        "CREATE ROUTINE",
        "ALTER ROUTINE",
        "EXECUTE",
        "EVENT",
        "TRIGGER",
    ];
}

/// <summary>How random bytes become text.</summary>
public enum SecretEncoding
{
    /// <summary>Lower-case hexadecimal.</summary>
    Hex,

    /// <summary>Base 64 with padding.</summary>
    Base64,

    /// <summary>Base 64 with <c>-</c> and <c>_</c>, without padding.</summary>
    Base64Url,

    /// <summary>Letters and digits only; <see cref="BlueprintSecret.Bytes"/> counts characters.</summary>
    Alphanumeric,
}

/// <summary>A random value of a site, made once, kept in restore points, mounted as a file.</summary>
/// <param name="Name">Its name and that of the file.</param>
/// <param name="Bytes">How many random bytes (characters when <see cref="SecretEncoding.Alphanumeric"/>).</param>
/// <param name="Encoding">How they are written.</param>
public sealed record BlueprintSecret(string Name, int Bytes, SecretEncoding Encoding);
