using System.Globalization;
using HostingPanel.Operations;
using Npgsql;

namespace HostingPanel.Tests.Simulation;

/// <summary>
/// Fault F1, generated: a worker is killed before it writes down that its first step has begun, or has ended, then at the second such place,
/// the third, … of every kind of operation, until there is none left; <c>--nightly</c> does so at each of its effects. Whatever point it died at, the next worker brings the operation to the same end as if nothing had been: the same
/// state of operation and site, and the same things in the engine, none more and none less.
/// </summary>
public abstract class CrashTest(PostgresFixture postgres) : IDisposable
{
    /// <summary><c>./panel test --nightly</c> tries each effect, <c>--fast</c> only every so-manieth of all.</summary>
    private static readonly int? Asked = int.TryParse(
        Environment.GetEnvironmentVariable("HP_TEST_CRASH_STRIDE"),
        CultureInfo.InvariantCulture,
        out var stride
    )
        ? stride
        : null;

    /// <summary>Side by side, for a life waits for the database most of its time.</summary>
    private const int Lanes = 3;

    private readonly DirectoryInfo _uploads = Directory.CreateTempSubdirectory("hp-crash-tests-");

    private protected PostgresFixture Postgres => postgres;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _uploads.Delete(recursive: true);
    }

    /// <summary>Lives this life again and again, and each time kills the worker one place later.</summary>
    /// <param name="blueprint">Of the site.</param>
    /// <param name="chapters">What happens to it.</param>
    /// <param name="every">
    /// Every how-manieth step's begin or end is met by default: 1, but for long operations that are made of steps which others are killed at
    /// everywhere. Chapters begin with different ones, so that a kind that comes several times is killed at all of them.
    /// </param>
    private protected async Task KillEverywhereAsync(string blueprint, Chapter[] chapters, int every = 1)
    {
        postgres.SkipWhenAbsent();
        var stride = Asked ?? every;
        var deaths = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => KillInLaneAsync(lane, stride, blueprint, chapters)));
        // Fewer would mean that the places to die at have gone, not the reasons.
        Assert.True(deaths.Sum() >= chapters.Length * (Asked is null ? 5 : 10) / stride, $"The worker died only {deaths.Sum()} times.");
    }

    /// <summary>Every so-manieth life, in a database and an engine of its own. Returns how often the worker died.</summary>
    private async Task<int> KillInLaneAsync(int lane, int stride, string blueprint, Chapter[] chapters)
    {
        var token = TestContext.Current.CancellationToken;
        var connection = await postgres.CreateDatabaseAsync();
        var engine = new MemoryEngine();
        var deaths = 0;
        try
        {
            await using var database = NpgsqlDataSource.Create(connection);
            await SiteLife.FoundAsync(database, _uploads.FullName, token);
            // A life in which nobody dies: how every other one has to go, and how many places each chapter has.
            var expected = await LiveAsync(database, null, chapters.Length);
            Assert.All(
                expected.Zip(chapters),
                pair => Assert.Equal(pair.Second.Failing is null, pair.First.Ending.State == OperationState.Succeeded)
            );
            for (
                var killAt = 1 + (lane * stride);
                expected.FindLastIndex(chapter => chapter.Places >= killAt) is >= 0 and var last;
                killAt += Lanes * stride
            )
            {
                var lived = await LiveAsync(database, killAt, last + 1);
                foreach (var (chapter, (was, should)) in chapters.Zip(lived.Zip(expected)))
                {
                    var where = $"{chapter}, killed at place {killAt} ({was.DiedAt})";
                    Assert.Equal(
                        (where, should.Ending.State, should.Ending.ErrorCode, should.Ending.Site),
                        (where, was.Ending.State, was.Ending.ErrorCode, was.Ending.Site)
                    );
                    Assert.Equal([where, .. should.Ending.Engine], [where, .. was.Ending.Engine]);
                }

                deaths += lived.Count(chapter => chapter.DiedAt is not null);
            }
        }
        finally
        {
            await postgres.DropAsync(connection);
        }

        return deaths;

        async Task<List<(Ending Ending, string? DiedAt, int Places)>> LiveAsync(NpgsqlDataSource database, int? killAt, int length)
        {
            await using var life = new SiteLife(database, _uploads.FullName, engine, blueprint);
            var lived = new List<(Ending, string?, int)>();
            foreach (var (index, chapter) in chapters.Take(length).Index())
            {
                var crasher = new Crasher(killAt + (index % stride), onlyAtSteps: Asked is null);
                lived.Add((await life.LiveAsync(chapter, crasher, token), life.DiedAt, life.Places));
            }

            return lived;
        }
    }
}
