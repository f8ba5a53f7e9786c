namespace HostingPanel.Backups.InPlace;

/// <summary>Which set a swap gives to a site, and what that makes of the other one.</summary>
internal enum SwapTo
{
    /// <summary>The restored one; that before goes to the trash.</summary>
    Restored,

    /// <summary>That before the restore; the restored one goes to the trash.</summary>
    Previous,

    /// <summary>That before a restore that failed; the restored one is given up.</summary>
    Untouched,
}
