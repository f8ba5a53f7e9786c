namespace HostingPanel.Tests.Panel;

/// <summary>Images that a newer one has replaced, and those that nobody asked for, don't fill the disk.</summary>
public sealed class OldImagesTests : IDisposable
{
    private readonly PanelScript _panel = new();

    public void Dispose() => _panel.Dispose();

    [Fact]
    public async Task The_newest_stay_and_so_does_what_a_container_uses()
    {
        _panel.Docker("image ls*hp.image=web*", "hostingpanel/web:e\nhostingpanel/web:d\nhostingpanel/web:c\nhostingpanel/web:b");
        _panel.Docker("image ls*hp.image=worker*", "hostingpanel/worker:e");
        _panel.Docker("image rm hostingpanel/web:b*", "it is being used", code: 1);
        var output = await _panel.FunctionsAsync("images_remove_old 2 web worker");
        Assert.Equal(0, output.Code);
        Assert.Equal(["image rm hostingpanel/web:c", "image rm hostingpanel/web:b"], _panel.Calls.Where(IsRemoval));
    }

    [Fact]
    public async Task The_image_with_a_browser_is_one_of_this_installations_only_where_its_setting_asks_for_it()
    {
        var output = await _panel.FunctionsAsync("images_wanted; DRILL_SCREENSHOTS=yes; echo then; images_wanted");
        var names = output.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        var without = names[..names.IndexOf("then")];
        Assert.Contains("toolbox", without);
        Assert.Equal(["camera"], names[(names.IndexOf("then") + 1)..].Except(without));
        Assert.Empty(_panel.Changes);
    }

    // Never by force: the engine's refusal is what keeps an image that is in use.
    private static bool IsRemoval(string call) => call.StartsWith("image rm", StringComparison.Ordinal);
}
