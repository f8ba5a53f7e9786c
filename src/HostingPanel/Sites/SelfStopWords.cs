namespace HostingPanel.Sites;

/// <summary>What people are told whose site the panel has stopped by itself.</summary>
public static class SelfStopWords
{
    /// <summary>For those who neither see the disk's figures nor decide about plans.</summary>
    public const string ForClients =
        "It filled the disk that all sites share, and your organisation keeps more there than its plan allows. Nothing was deleted. Ask whoever hosts for you to delete what it does not need, or for a larger plan; then switch it on.";
}
