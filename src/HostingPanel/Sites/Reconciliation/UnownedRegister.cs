using HostingPanel.Persistence;
using HostingPanel.Platform;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>Keeps the list of what is nobody's in step with the engine. Nothing is ever removed from the engine by it.</summary>
internal static class UnownedRegister
{
    /// <summary>So often the row of a thing that stays says that it is still there.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromMinutes(10);

    public static void Update(
        PanelDbContext context,
        SitesAtOnce panel,
        EngineOwners owners,
        SwarmSnapshot engine,
        DateTimeOffset now,
        TimeProvider time
    )
    {
        var listed = panel.Unowned.ToDictionary(row => (row.Kind, row.EngineId));
        foreach (var thing in engine.Things)
        {
            listed.Remove((thing.Kind, thing.Id), out var row);
            if (owners.WhyUnowned(thing, now) is not { } why)
            {
                if (row is not null)
                {
                    context.Remove(row);
                }
            }
            else if (row is null)
            {
                context.Add(
                    new UnownedThing
                    {
                        Id = Ids.New(time),
                        Kind = thing.Kind,
                        EngineId = thing.Id,
                        Name = thing.Name,
                        SiteId = thing.SiteId,
                        OperationId = thing.OperationId,
                        Message = why,
                        FirstSeenAt = now,
                        LastSeenAt = now,
                    }
                );
            }
            else if (row.Message != why || now - row.LastSeenAt > Refresh)
            {
                (row.Message, row.LastSeenAt) = (why, now);
            }
        }

        // What is not in the engine any more.
        context.RemoveRange(listed.Values);
    }
}
