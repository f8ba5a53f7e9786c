namespace HostingPanel.Web.Api;

/// <summary>The contract's <c>?limit=&amp;cursor=</c>.</summary>
internal static class Paging
{
    public static PageRequest From(int? limit, string? cursor) =>
        limit is { } wanted ? new PageRequest(wanted, cursor) : new PageRequest(Cursor: cursor);
}
