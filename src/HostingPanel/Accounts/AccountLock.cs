using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Accounts;

/// <summary>Locks that make one of two changes wait for the other, until the transaction ends.</summary>
internal static class AccountLock
{
    /// <summary>Any number; held while somebody might be the last administrator.</summary>
    private const long Administrators = 0x4850_4144_4d49;

    /// <summary>Of one account.</summary>
    public static Task TakeAsync(PanelDbContext context, Guid accountId, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync($"SELECT FROM accounts WHERE id = {accountId} FOR UPDATE", cancellationToken);

    /// <summary>Of the question who administers the panel.</summary>
    public static Task TakeAdministratorsAsync(PanelDbContext context, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Administrators})", cancellationToken);
}
