using System.Security.Cryptography;
using Npgsql;

namespace HostingPanel.Integration.Tests;

/// <summary>A database of its own on the server that <c>HP_TEST_POSTGRES</c> names; dropped at the end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name;

    private TestDatabase(string server, string name) => (_server, _name) = (server, name);

    /// <summary>For Npgsql, password included: tests have no secrets to keep.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server) { Database = _name }.ConnectionString;

    /// <summary>Makes one, or skips the test and says why.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var server = Environment.GetEnvironmentVariable("HP_TEST_POSTGRES");
        if (string.IsNullOrEmpty(server))
        {
            Assert.Skip("HP_TEST_POSTGRES names no PostgreSQL server; ./panel test starts one.");
        }

        var database = new TestDatabase(server, $"hpt_{RandomNumberGenerator.GetHexString(12, lowercase: true)}");
        await database.RunAsync($"CREATE DATABASE {database._name}");
        return database;
    }

    public async ValueTask DisposeAsync() => await RunAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");

    private async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
