using System.Collections.ObjectModel;

namespace HostingPanel.Docker;

/// <summary>What stands for the engine's <c>null</c> where a reader expects a collection.</summary>
internal static class Empty
{
    public static IReadOnlyDictionary<string, string> Labels => ReadOnlyDictionary<string, string>.Empty;
}
