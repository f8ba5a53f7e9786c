using HostingPanel.Backups;
using HostingPanel.Backups.Drills;
using HostingPanel.Operations;

namespace HostingPanel.Tests.Backups;

/// <summary>What a drill makes of a restore point.</summary>
public sealed class DrillEndingTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Near = Guid.CreateVersion7();
    private static readonly Guid Far = Guid.CreateVersion7();

    [Fact]
    public void A_check_that_failed_is_the_reason_whatever_else_broke()
    {
        var ending = DrillEnding.Of(
            Ended("drill-failed", "load"),
            [
                Check("rows:main", RestoreDrillOutcome.Failed, "1 of 3 tables has other rows."),
                Check("sealed", RestoreDrillOutcome.Passed, "yes"),
            ]
        );
        Assert.Equal((RestoreDrillVerdict.Failed, "drill-failed"), (ending.Verdict, ending.FaultCode));
        Assert.Contains("1 of 3 tables", ending.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("manifest-not-ours", RestoreDrillVerdict.Failed)]
    [InlineData("repository-damaged", RestoreDrillVerdict.Failed)]
    [InlineData("load-failed", RestoreDrillVerdict.Failed)]
    [InlineData("unhealthy", RestoreDrillVerdict.Failed)]
    [InlineData("target-unreachable", RestoreDrillVerdict.BrokenOff)]
    [InlineData("no-disk-space", RestoreDrillVerdict.BrokenOff)]
    [InlineData("not-sealed", RestoreDrillVerdict.BrokenOff)]
    [InlineData("cancelled", RestoreDrillVerdict.BrokenOff)]
    public void Only_what_says_something_about_the_restore_point_speaks_against_it(string code, RestoreDrillVerdict verdict)
    {
        var ending = DrillEnding.Of(Ended(code, "load"), []);
        Assert.Equal((verdict, code), (ending.Verdict, ending.FaultCode));
        Assert.Equal(verdict == RestoreDrillVerdict.Failed ? 1 : 0, ending.Further.Count);
    }

    [Fact]
    public void What_could_not_be_removed_does_not_take_back_what_was_proved()
    {
        var operation = Ended("engine-refused", "remove");
        operation.Steps.Add(Step(operation, DrillEnding.VerdictStep, StepState.Done));
        Assert.Equal(RestoreDrillVerdict.Passed, DrillEnding.Of(operation, []).Verdict);
    }

    [Fact]
    public void A_drill_that_passed_proves_the_restore_point_and_the_copy_that_it_was_restored_from()
    {
        var point = Point();
        DrillEnding.Apply(Drill(Far, RestoreDrillVerdict.Passed), point, Now);
        Assert.Equal((Now, 12.5, null), (point.ProvedAt, point.ProofSeconds, point.SuspectedAt));
        Assert.Equal(Now, point.Copies.Single(copy => copy.RepositoryId == Far).ProvedAt);
        Assert.Null(point.Copies.Single(copy => copy.RepositoryId == Near).ProvedAt);
    }

    [Fact]
    public void A_drill_that_failed_leaves_what_another_copy_has_shown_and_says_why()
    {
        var point = Point();
        DrillEnding.Apply(Drill(Near, RestoreDrillVerdict.Passed), point, Now.AddDays(-9));
        DrillEnding.Apply(Drill(Far, RestoreDrillVerdict.Passed), point, Now.AddDays(-1));
        DrillEnding.Apply(Drill(Far, RestoreDrillVerdict.Failed), point, Now);
        Assert.Equal((Now.AddDays(-9), Suspicions.DrillFailed), (point.ProvedAt, point.SuspicionCode));
        Assert.Contains("It was wrecked", point.Suspicion, StringComparison.Ordinal);
        Assert.Equal(Now, point.Copies.Single(copy => copy.RepositoryId == Far).RefutedAt);

        DrillEnding.Apply(Drill(Near, RestoreDrillVerdict.Passed), point, Now.AddDays(1));
        Assert.Equal(Suspicions.DrillFailed, point.SuspicionCode);
        DrillEnding.Apply(Drill(Far, RestoreDrillVerdict.Passed), point, Now.AddDays(2));
        Assert.Null(point.SuspicionCode);
    }

    [Fact]
    public void A_drill_that_failed_leaves_a_restore_point_that_nothing_else_proves_unproved()
    {
        var point = Point();
        DrillEnding.Apply(Drill(Near, RestoreDrillVerdict.Passed), point, Now.AddDays(-1));
        DrillEnding.Apply(Drill(Near, RestoreDrillVerdict.Failed), point, Now);
        Assert.Equal((null, null), (point.ProvedAt, point.ProofSeconds));
    }

    [Fact]
    public void One_that_was_broken_off_changes_nothing_and_what_shrank_stays_so()
    {
        var point = Point();
        (point.SuspectedAt, point.SuspicionCode) = (Now.AddDays(-3), Suspicions.Shrank);
        DrillEnding.Apply(Drill(Near, RestoreDrillVerdict.BrokenOff), point, Now);
        Assert.Equal((null, Suspicions.Shrank), (point.ProvedAt, point.SuspicionCode));
        DrillEnding.Apply(Drill(Near, RestoreDrillVerdict.Passed), point, Now);
        Assert.Equal((Now, Suspicions.Shrank), (point.ProvedAt, point.SuspicionCode));
    }

    private static RestoreDrill Drill(Guid repository, RestoreDrillVerdict verdict) =>
        new()
        {
            Id = Guid.CreateVersion7(),
            RestorePointId = Guid.Empty,
            SiteId = Guid.Empty,
            SiteSlug = "food-bank",
            OrganisationId = Guid.Empty,
            RepositoryId = repository,
            Reason = RestoreDrillReason.Manual,
            RequestedByName = "somebody",
            CreatedAt = Now,
            Verdict = verdict,
            RecoverySeconds = 12.5,
            Fault = "It was wrecked.",
        };

    private static RestorePoint Point()
    {
        var point = new RestorePoint
        {
            Id = Guid.Empty,
            SiteId = Guid.Empty,
            SiteSlug = "food-bank",
            SiteTitle = "Food Bank",
            OrganisationId = Guid.Empty,
            Reason = RestorePointReason.Manual,
            RequestedByName = "somebody",
            State = RestorePointState.Good,
            StartedAt = Now,
        };
        point.Copies.AddRange(
            new[] { Near, Far }.Select(repository => new RestorePointCopy { RestorePointId = Guid.Empty, RepositoryId = repository })
        );
        return point;
    }

    private static Operation Ended(string code, string step)
    {
        var operation = new Operation
        {
            Id = Guid.CreateVersion7(),
            Kind = OperationKinds.DrillRestorePoint,
            SiteId = Guid.CreateVersion7(),
            Target = "food-bank",
            RequestedById = Guid.Empty,
            RequestedByName = "somebody",
            Priority = OperationPriority.Person,
            State = OperationState.Running,
            CreatedAt = Now,
            ErrorCode = code,
            ErrorMessage = "It went wrong.",
        };
        operation.Steps.Add(Step(operation, step, StepState.Failed));
        return operation;
    }

    private static OperationStep Step(Operation operation, string name, StepState state) =>
        new()
        {
            OperationId = operation.Id,
            Ordinal = operation.Steps.Count,
            Name = name,
            Title = name,
            State = state,
            Message = state == StepState.Failed ? operation.ErrorMessage : null,
        };

    private static RestoreDrillCheck Check(string name, RestoreDrillOutcome outcome, string text) =>
        new()
        {
            DrillId = Guid.Empty,
            Name = name,
            Title = name,
            Outcome = outcome,
            Text = text,
            At = Now,
        };
}
