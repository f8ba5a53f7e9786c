using HostingPanel.Backups;
using HostingPanel.Backups.Drills;

namespace HostingPanel.Tests.Backups;

public sealed class SuspicionsTests
{
    private static readonly Manifest Before = SampleManifest.Of(SampleManifest.Rows(("posts", 300), ("users", 20)));

    [Fact]
    public void What_is_as_the_one_before_or_a_little_less_is_not_suspicious()
    {
        Assert.Null(Suspicions.Of(Before, Before));
        Assert.Null(Suspicions.Of(Before, SampleManifest.Of(SampleManifest.Rows(("posts", 200), ("users", 20), ("new", 1)), 600_000, 500)));
    }

    [Fact]
    public void Lost_tables_are_named()
    {
        var suspicion = Suspicions.Of(Before, SampleManifest.Of(SampleManifest.Rows(("users", 20))));
        Assert.Equal(Suspicions.LostTables, suspicion?.Code);
        Assert.Contains("main.posts", suspicion?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_somebody_has_excluded_is_not_lost()
    {
        var now = Before with { Databases = [], LeftOut = [new ManifestOmission("database", "main", "a copy of another")] };
        Assert.Null(Suspicions.Of(Before, now));
        Assert.Equal(Suspicions.LostTables, Suspicions.Of(Before, Before with { Databases = [] })?.Code);
    }

    [Theory]
    [InlineData(100L, 1 << 20, 1000L, 10 << 20, "rows")]
    [InlineData(300L, 500_000L, 1000L, 10 << 20, "dumps")]
    [InlineData(300L, 1 << 20, 499L, 10 << 20, "files")]
    [InlineData(300L, 1 << 20, 1000L, 5 << 19, "bytes in its files")]
    public void What_shrank_by_half_is_suspicious_and_the_figures_are_told(long posts, long dump, long files, long bytes, string what)
    {
        var suspicion = Suspicions.Of(Before, SampleManifest.Of(SampleManifest.Rows(("posts", posts), ("users", 20)), dump, files, bytes));
        Assert.Equal(Suspicions.Shrank, suspicion?.Code);
        Assert.Contains(what, suspicion?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_few_rows_and_bytes_half_is_nothing()
    {
        var small = SampleManifest.Of(SampleManifest.Rows(("posts", 9)), 2000, 3, 4000);
        Assert.Null(Suspicions.Of(small, SampleManifest.Of(SampleManifest.Rows(("posts", 1)), 900, 1, 10)));
    }
}
