using HostingPanel.Certificates;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace HostingPanel.Tests.Certificates;

/// <summary>How a host name stands follows the life of its certificate, not the last answer of an authority.</summary>
public sealed class CertificateStandingTests
{
    private static readonly DateTimeOffset From = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly CertificateAuthority Authority = new()
    {
        Id = Guid.CreateVersion7(),
        Name = "World",
        Directory = "https://acme.example.org/directory",
        Email = "a@example.org",
        IsDefault = true,
        CreatedAt = From,
    };

    [Theory]
    [InlineData(10, false, true, true, CertificateState.Good, "Certified by R3 until 2026-09-29.")]
    [InlineData(10, true, true, true, CertificateState.Good, "could not be had: It timed out.")]
    [InlineData(61, false, true, true, CertificateState.Good, "The next one is due.")]
    [InlineData(61, true, true, true, CertificateState.RunningOut, "could not be had: It timed out.")]
    [InlineData(61, false, true, false, CertificateState.RunningOut, "no authority is set up")]
    [InlineData(61, true, false, true, CertificateState.Good, "as soon as the name is served")]
    [InlineData(80, false, true, true, CertificateState.RunningOut, "not there yet")]
    [InlineData(91, true, true, true, CertificateState.Failing, "has expired on 2026-09-29")]
    public void Of_ninety_days_the_last_third_is_the_next_ones(
        int day,
        bool hasFailed,
        bool isServed,
        bool hasAuthority,
        CertificateState state,
        string words
    )
    {
        var view = ViewAt(day, Row(hasFailed), isServed, hasAuthority);
        Assert.Equal(state, view.State);
        Assert.Contains(words, view.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_try_is_told_for_when_it_is_made_and_not_where_nobody_makes_one()
    {
        var due = CertificateTimes.RenewAt("www.example.org", From, From.AddDays(90));
        Assert.Equal(due, ViewAt(10, Row(hasFailed: true)).NextAttemptAt);
        Assert.Null(ViewAt(10, Row(hasFailed: false)).NextAttemptAt);
        Assert.Equal(From.AddDays(61).AddMinutes(15), ViewAt(61, Row(hasFailed: true, From.AddDays(61).AddMinutes(15))).NextAttemptAt);
        Assert.Null(ViewAt(61, Row(hasFailed: true), isServed: false).NextAttemptAt);
        Assert.Null(ViewAt(61, Row(hasFailed: true), hasAuthority: false).NextAttemptAt);
        // What should have been tried a minute ago is tried now.
        Assert.Equal(From.AddDays(61), ViewAt(61, Row(hasFailed: true)).NextAttemptAt);
    }

    private static CertificateView ViewAt(int day, HostCertificate row, bool isServed = true, bool hasAuthority = true)
    {
        var reading = new CertificateReading(Options.Create(new PanelOptions()), new FakeTimeProvider(From.AddDays(day)));
        var known = new CertificateReading.Known(row.Host, Guid.CreateVersion7(), "shop", Guid.CreateVersion7(), isServed, row);
        return reading.ViewOf(known, hasAuthority ? [Authority] : []);
    }

    private static HostCertificate Row(bool hasFailed, DateTimeOffset? notBefore = null) =>
        new()
        {
            Host = "www.example.org",
            Source = CertificateSource.Authority,
            Issuer = "R3",
            NotBefore = From,
            NotAfter = From.AddDays(90),
            ProblemCode = hasFailed ? "validation-connection" : null,
            Problem = hasFailed ? "It timed out." : null,
            NotBeforeAttempt = notBefore,
        };
}
