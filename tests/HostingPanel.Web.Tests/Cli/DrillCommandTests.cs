namespace HostingPanel.Web.Tests.Cli;

/// <summary><c>hp drills</c>.</summary>
public sealed class DrillCommandTests(PanelApp app) : CliTest(app)
{
    [Fact]
    public async Task The_picture_of_a_drill_is_saved_to_a_new_file_and_where_there_is_none_there_is_no_file()
    {
        var slug = await RunningSiteAsync();
        var point = await AddRestorePointAsync(slug, "Good", isReadBack: true);
        var drill = (await Api.Drills.DrillAsync(slug, point, cancellationToken: Cancellation)).Operation.Id;
        var file = Path.Combine(App.UploadsDirectory, $"{drill}.png");
        Assert.Equal(1, await RunAsync("drills", "picture", slug, $"{drill}", "--to", file));
        Assert.Contains("There is no picture", Error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(file));

        await AddPictureAsync(drill, SamplePicture.Png());
        Assert.Equal(0, await RunAsync("drills", "picture", slug, $"{drill}", "--to", file));
        Assert.Equal(SamplePicture.Png(), await File.ReadAllBytesAsync(file, Cancellation));
        Assert.NotEqual(0, await RunAsync("drills", "picture", slug, $"{drill}", "--to", file));
        Assert.Equal(0, await RunAsync("drills", "show", slug, $"{drill}"));
        Assert.Contains("image/png, 1280 × 800", Out.ToString(), StringComparison.Ordinal);
        File.Delete(file);

        // Removed since, as old ones are.
        await App.ExecuteAsync("DELETE FROM restore_drill_pictures WHERE drill_id = $1", drill);
        await AddPictureCheckAsync(drill);
        await App.ExecuteAsync("UPDATE restore_drills SET finished_at = now(), verdict = 'Passed' WHERE id = $1", drill);
        Assert.Equal(1, await RunAsync("drills", "picture", slug, $"{drill}", "--to", file));
        Assert.Contains("The picture was removed: pictures of drills are kept for 90 days", Error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(file));
        Assert.Equal(0, await RunAsync("drills", "show", slug, $"{drill}"));
        Assert.Contains("The picture was removed", Out.ToString(), StringComparison.Ordinal);
    }
}
