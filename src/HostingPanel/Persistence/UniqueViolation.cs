using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HostingPanel.Persistence;

/// <summary>Tells which unique index refused a write: the last word on races is the database's.</summary>
internal static class UniqueViolation
{
    /// <summary>The index's name, or null when the failure was another.</summary>
    public static string? Of(DbUpdateException failure) =>
        failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } inner
            ? inner.ConstraintName ?? string.Empty
            : null;
}
