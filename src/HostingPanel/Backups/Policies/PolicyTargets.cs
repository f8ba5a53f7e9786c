using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Policies;

/// <summary>The targets that a policy names.</summary>
internal static class PolicyTargets
{
    /// <summary>Their ids; what of the names is none, or is retired, is an error.</summary>
    public static async Task<List<Guid>> FindAsync(
        PanelDbContext context,
        IReadOnlyList<string> names,
        FieldErrors errors,
        CancellationToken cancellationToken
    )
    {
        var known = await context
            .BackupTargets.Where(target => names.Contains(target.Name))
            .ToDictionaryAsync(target => target.Name, StringComparer.Ordinal, cancellationToken);
        foreach (var (index, name) in names.Index())
        {
            errors.Add(
                $"targets[{index}]",
                known.GetValueOrDefault(name) switch
                {
                    null => "There is no target of this name. Add it first, or leave targets out for all that are in use.",
                    { RetiredAt: not null } => "This target is retired: nothing new is kept there. Choose another one.",
                    _ => null,
                }
            );
        }

        return [.. known.Values.Where(target => target.RetiredAt is null).Select(target => target.Id).Order()];
    }

    /// <summary>The names of all targets.</summary>
    public static Task<Dictionary<Guid, string>> NamesAsync(PanelDbContext context, CancellationToken cancellationToken) =>
        context.BackupTargets.ToDictionaryAsync(target => target.Id, target => target.Name, cancellationToken);
}
