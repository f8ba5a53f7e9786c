using System.Security.Cryptography;
using System.Text.Json;
using HostingPanel.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HostingPanel.Persistence;

/// <summary>What an idempotency key once made: the answer to the same request sent again.</summary>
internal sealed class IdempotencyRecord
{
    public required Guid ActorId { get; init; }
    public required string Key { get; init; }
    public required byte[] RequestHash { get; init; }

    /// <summary>The operation, organisation, token or upload; the kind of request is in the hash.</summary>
    public required Guid ResultId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class IdempotencyRecordConfiguration : IEntityTypeConfiguration<IdempotencyRecord>
{
    public void Configure(EntityTypeBuilder<IdempotencyRecord> builder)
    {
        builder.HasKey(record => new { record.ActorId, record.Key });
        builder.Property(record => record.Key).HasMaxLength(Idempotency.MaxKeyLength);
    }
}

/// <summary>
/// Makes a request that is sent twice happen once. A use case asks <see cref="FindAsync"/> first and calls <see cref="Remember"/> in the
/// transaction that makes the thing; a refused request is not remembered, so it may be sent again once it can succeed.
/// </summary>
internal static class Idempotency
{
    public const int MaxKeyLength = 200;

    /// <summary>Why it is no key, or null. For use cases that read a long body before they can ask <see cref="FindAsync"/>.</summary>
    public static Problem? Fault(string? key) =>
        key is not null && (key.Length is 0 or > MaxKeyLength || key.Any(letter => letter is < '!' or > '~'))
            ? Problem.Invalid("Idempotency-Key", $"An idempotency key has 1 to {MaxKeyLength} printable ASCII characters without spaces.")
            : null;

    /// <summary>
    /// What this key already made, null when the key is new (or none was given), or the problem that it stands for another request.
    /// Takes a lock on the key until the transaction ends: of two equal requests one waits for the other's answer.
    /// </summary>
    public static async Task<Outcome<Guid?>> FindAsync(
        PanelDbContext context,
        Actor actor,
        string? key,
        byte[] requestHash,
        CancellationToken cancellationToken
    )
    {
        if (key is null)
        {
            return default(Outcome<Guid?>);
        }

        if (Fault(key) is { } fault)
        {
            return fault;
        }

        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({actor.Id + key}, 0))", cancellationToken);
        var record = await context
            .IdempotencyRecords.AsNoTracking()
            .SingleOrDefaultAsync(record => record.ActorId == actor.Id && record.Key == key, cancellationToken);
        if (record is null)
        {
            return default(Outcome<Guid?>);
        }

        return record.RequestHash.AsSpan().SequenceEqual(requestHash)
            ? (Guid?)record.ResultId
            : new Problem(
                ProblemKind.Conflict,
                "idempotency-key-reused",
                "This idempotency key was used for another request. Send a new key with a new request."
            );
    }

    /// <summary>Remembers what a key made; the caller saves.</summary>
    public static void Remember(PanelDbContext context, Actor actor, string? key, byte[] requestHash, Guid resultId, TimeProvider time)
    {
        if (key is not null)
        {
            context.IdempotencyRecords.Add(
                new IdempotencyRecord
                {
                    ActorId = actor.Id,
                    Key = key,
                    RequestHash = requestHash,
                    ResultId = resultId,
                    CreatedAt = time.GetUtcNow(),
                }
            );
        }
    }

    /// <summary>What makes two requests the same one.</summary>
    public static byte[] HashOf<T>(string kind, T request) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { kind, request }));

    /// <summary>The refusal of a repetition whose result was deleted meanwhile: making it again is not what the first request did.</summary>
    public static Problem Gone(string what) =>
        new(
            ProblemKind.Conflict,
            "idempotent-result-gone",
            $"The {what} that this idempotency key made was deleted since. Send a new key to make another."
        );
}
