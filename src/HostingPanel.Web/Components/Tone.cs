namespace HostingPanel.Web.Components;

/// <summary>What a colour says; never the only thing that says it.</summary>
public enum Tone
{
    /// <summary>Nothing happens.</summary>
    Off,

    /// <summary>All is well.</summary>
    Ok,

    /// <summary>Something is being done.</summary>
    Busy,

    /// <summary>Look at it.</summary>
    Warn,

    /// <summary>It failed.</summary>
    Bad,
}
