using Bunit;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Radzen;

namespace HostingPanel.Web.Tests.Components;

/// <summary>A test of a component, rendered as in an open page.</summary>
public abstract class ComponentTest : BunitContext
{
    /// <summary>When the tests are.</summary>
    protected static readonly DateTimeOffset Now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Services that every component may ask for, and those of one test.</summary>
    protected ComponentTest(Action<IServiceCollection>? addServices = null)
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddRadzenComponents();
        addServices?.Invoke(Services);
        // Last, because it asks for the first service.
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    /// <summary>The clock.</summary>
    protected FakeTimeProvider Clock { get; } = new(Now);

    /// <summary>A site.</summary>
    protected static SiteView Site(SiteState state = SiteState.Running, ActiveOperationView? active = null, string? adminLink = null) =>
        new(
            "food-bank",
            "springfield",
            "Food Bank Springfield",
            "wordpress",
            1,
            "Food Bank",
            "admin@example.org",
            SiteEnvironment.Live,
            state,
            "http://www.example.org",
            ["www.example.org", "food-bank.localhost"],
            Now.AddDays(-3),
            state == SiteState.Trashed ? Now.AddDays(-1) : null,
            adminLink,
            adminLink is null ? null : Now.AddHours(23),
            active
        );

    /// <summary>An operation with these steps.</summary>
    protected static OperationView Operation(OperationState state, params StepView[] steps) =>
        new(
            Guid.CreateVersion7(Now),
            "provision-site",
            "Provision",
            "food-bank",
            "Ada",
            state,
            IsUndoing: false,
            IsCancelRequested: false,
            Now.AddSeconds(-10),
            state == OperationState.Queued ? null : Now.AddSeconds(-9),
            state is OperationState.Queued or OperationState.Running ? null : Now,
            null,
            null,
            steps
        );

    /// <summary>A step.</summary>
    protected static StepView Step(string name, StepState state, string? message = null) =>
        new(
            name,
            $"Do {name}",
            state,
            null,
            message,
            state is StepState.Pending or StepState.Skipped ? null : Now.AddSeconds(-5),
            state is StepState.Done or StepState.Failed or StepState.Undone ? Now.AddSeconds(-3.5) : null
        );

    /// <summary>An organisation.</summary>
    protected static OrganisationView Organisation(
        string slug = "springfield",
        int sites = 1,
        long diskBytes = 1L << 30,
        int unmeasured = 0
    ) => new(slug, $"Name of {slug}", "standard", "Standard (5 sites)", 5, sites, 25L << 30, diskBytes, unmeasured, Now.AddDays(-30));

    /// <summary>A volume.</summary>
    protected static VolumeView Volume(
        string name = "content",
        VolumeKind kind = VolumeKind.Files,
        VolumeState state = VolumeState.InUse,
        bool standsAlone = false,
        Coverage? coverage = null,
        long? bytes = 5 << 20
    ) =>
        new(
            Guid.CreateVersion7(Now),
            name,
            kind,
            state,
            $"hp-abc-{name}",
            "food-bank",
            "Food Bank",
            IsSiteTrashed: false,
            "springfield",
            "Food Bank Springfield",
            standsAlone ? [] : [$"web:/{name}"],
            "vm",
            bytes,
            bytes,
            bytes is null ? null : 1204,
            bytes is null ? null : Now.AddHours(-3),
            coverage ?? new Coverage(CoverageState.Uncovered, "No backups are taken yet."),
            IsAdopted: false,
            ClonedFrom: null,
            Now.AddDays(-3),
            state == VolumeState.Trashed ? Now.AddDays(-1) : null,
            state == VolumeState.Trashed ? Now.AddDays(29) : null
        );
}
