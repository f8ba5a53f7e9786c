using HostingPanel.Persistence;
using HostingPanel.Web.Shell;
using Npgsql;

namespace HostingPanel.Web.Tests.Shell;

public sealed class DatabaseTroubleTests
{
    [Fact]
    public void A_connection_that_failed_is_trouble_however_deep_it_is_wrapped() =>
        Assert.True(DatabaseAway.Is(new InvalidOperationException("wrapped", new NpgsqlException("refused", new IOException()))));

    [Fact]
    public void A_fault_of_ours_is_none() => Assert.False(DatabaseAway.Is(new InvalidOperationException("a bug")));

    [Fact]
    public async Task What_somebody_asked_for_meets_trouble_as_a_refusal()
    {
        var outcome = await DatabaseTrouble.AsProblemAsync<Done>(() => throw new NpgsqlException("refused", new IOException()));
        Assert.Equal("database-unreachable", outcome.Problem?.Code);
    }
}
