namespace HostingPanel.Integration.Tests.Sites;

/// <summary>Tests that share one installation; they run one after another, and beside those of the other collections.</summary>
[CollectionDefinition(Name)]
public sealed class InstallationTests : ICollectionFixture<TestInstallation>
{
    public const string Name = "Installation";
}

/// <summary>Those of backups' targets, so that the machine has enough to do at a time.</summary>
[CollectionDefinition(Name)]
public sealed class TargetTests : ICollectionFixture<TestInstallation>
{
    public const string Name = "Targets";
}

/// <summary>Those of restore points and what is made of them.</summary>
[CollectionDefinition(Name)]
public sealed class RestorePointTests : ICollectionFixture<TestInstallation>
{
    public const string Name = "Restore points";
}

/// <summary>Those of the reconciler.</summary>
[CollectionDefinition(Name)]
public sealed class ReconciliationTests : ICollectionFixture<TestInstallation>
{
    public const string Name = "Reconciliation";
}

/// <summary>Those that break something.</summary>
[CollectionDefinition(Name)]
public sealed class FaultTests : ICollectionFixture<TestInstallation>
{
    public const string Name = "Faults";
}
