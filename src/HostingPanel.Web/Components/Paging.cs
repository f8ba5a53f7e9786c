namespace HostingPanel.Web.Components;

/// <summary>Lists that grow by “Show more”.</summary>
internal static class Paging
{
    /// <summary>The first <paramref name="wanted"/> entries of a list, page after page.</summary>
    public static async Task<Outcome<Page<T>>> TakeAsync<T>(Func<PageRequest, Task<Outcome<Page<T>>>> list, int wanted)
    {
        var items = new List<T>();
        string? cursor = null;
        do
        {
            var page = await list(new PageRequest(Math.Min(wanted - items.Count, PageRequest.MaxLimit), cursor));
            if (!page.TryGet(out var found, out var problem))
            {
                return problem;
            }

            items.AddRange(found.Items);
            cursor = found.NextCursor;
        } while (cursor is not null && items.Count < wanted);

        return new Page<T>(items, cursor);
    }
}
