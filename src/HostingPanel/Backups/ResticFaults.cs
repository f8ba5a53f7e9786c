namespace HostingPanel.Backups;

/// <summary>Stable words for what may be wrong with a target.</summary>
internal static class ResticFaults
{
    public static string CodeOf(string fault) =>
        fault switch
        {
            "repository-missing" => "repository-missing",
            ResticTool.Locked => "repository-locked",
            "wrong-key" => "wrong-key",
            "incomplete" => "backup-incomplete",
            "damaged" => "repository-damaged",
            "unreachable" => "target-unreachable",
            "target-full" => "target-full",
            ResticTool.NoRoom => RestoreRoom.None,
            _ => "backup-failed",
        };
}
