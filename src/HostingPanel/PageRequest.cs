namespace HostingPanel;

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Limit">How many at most, 1 to 200.</param>
/// <param name="Cursor">What <see cref="Page{T}.NextCursor"/> of the page before said; null for the first page.</param>
public sealed record PageRequest(int Limit = 50, string? Cursor = null)
{
    /// <summary>The largest page that is given out.</summary>
    public const int MaxLimit = 200;

    internal Problem? Validate() => Limit is < 1 or > MaxLimit ? Problem.Invalid("limit", $"limit must be from 1 to {MaxLimit}.") : null;
}

/// <summary>A part of a list.</summary>
/// <typeparam name="T">The entries.</typeparam>
/// <param name="Items">The entries, in the list's order.</param>
/// <param name="NextCursor">Where the next page starts, or null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>Makes a page from one entry more than was asked for: the extra one says that there is a next page.</summary>
    internal static Page<T> From(List<T> fetched, int limit, Func<T, string> cursor) =>
        fetched.Count > limit ? new(fetched[..limit], cursor(fetched[limit - 1])) : new(fetched, null);
}
