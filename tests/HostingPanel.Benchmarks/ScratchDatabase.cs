using System.Security.Cryptography;
using Npgsql;

namespace HostingPanel.Benchmarks;

/// <summary>A database of a benchmark's own on the server that <c>./panel bench</c> has started; dropped at the end.</summary>
internal sealed class ScratchDatabase : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name = $"hpb_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";

    private ScratchDatabase(string server) => _server = server;

    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server) { Database = _name, MaxPoolSize = 40 }.ConnectionString;

    public static async Task<ScratchDatabase> MakeAsync(CancellationToken cancellationToken)
    {
        var database = new ScratchDatabase(
            Environment.GetEnvironmentVariable("HP_TEST_POSTGRES")
                ?? throw new InvalidOperationException("HP_TEST_POSTGRES names no server; run it by ./panel bench.")
        );
        await database.ExecuteAsync($"CREATE DATABASE {database._name}", cancellationToken);
        return database;
    }

    public async ValueTask DisposeAsync() => await ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)", CancellationToken.None);

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
