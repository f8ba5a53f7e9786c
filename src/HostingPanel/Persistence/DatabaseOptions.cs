using System.ComponentModel.DataAnnotations;
using Npgsql;

namespace HostingPanel.Persistence;

/// <summary>How PostgreSQL is reached. Configuration section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Database";

    /// <summary>Npgsql's connection string, without a password.</summary>
    [Required(ErrorMessage = "Database:ConnectionString is needed, e.g. Host=postgres;Username=hostingpanel;Database=hostingpanel.")]
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>The file that holds the password; secrets are never in the environment.</summary>
    public string? PasswordFile { get; set; }

    internal NpgsqlDataSource BuildDataSource()
    {
        var builder = new NpgsqlDataSourceBuilder(ConnectionString);
        if (PasswordFile is { } file)
        {
            builder.ConnectionStringBuilder.Password = File.ReadAllText(file).Trim();
        }

        // A small pool: web and worker wait on the engine and on people, hardly ever on the database.
        builder.ConnectionStringBuilder.MaxPoolSize = Math.Min(builder.ConnectionStringBuilder.MaxPoolSize, 20);
        return builder.Build();
    }
}
