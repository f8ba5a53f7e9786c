using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class UploadApiTests(PanelApp app) : ApiTest(app)
{
    [Fact]
    public async Task A_streamed_archive_arrives_byte_for_byte()
    {
        // Larger than what other requests may send.
        var bytes = RandomNumberGenerator.GetBytes(1_500_000);
        var upload = await Api.Uploads.CreateAsync("app.tar.gz", new MemoryStream(bytes), cancellationToken: Cancellation);
        Assert.Equal(("app.tar.gz", 1_500_000L), (upload.FileName, upload.Bytes));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), upload.Sha256);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(App.UploadsDirectory, upload.Id.ToString("N")), Cancellation));
    }

    [Fact]
    public async Task A_form_with_a_file_is_taken_too()
    {
        using var http = App.Http(App.Secret);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("ignored"), "note" },
            { new ByteArrayContent([1, 2, 3]), "file", "app.zip" },
        };
        using var response = await http.PostAsync(new Uri("/api/v1/uploads", UriKind.Relative), form, Cancellation);
        Assert.Equal(201, (int)response.StatusCode);
        var upload = await response.Content.ReadFromJsonAsync<Upload>(PanelJson.Options, Cancellation);
        Assert.Equal(("app.zip", 3L), (upload!.FileName, upload.Bytes));
    }

    [Fact]
    public async Task A_form_without_a_file_is_refused()
    {
        using var http = App.Http(App.Secret);
        using var form = new MultipartFormDataContent { { new StringContent("text"), "note" } };
        using var response = await http.PostAsync(new Uri("/api/v1/uploads", UriKind.Relative), form, Cancellation);
        Assert.Equal("file", Assert.Single((await ProblemAsync(response)).Errors!).Path);
    }

    [Fact]
    public async Task An_archive_that_is_too_large_is_refused_and_leaves_no_file()
    {
        var before = Directory.GetFiles(App.UploadsDirectory).Length;
        var refusal = await RefusalAsync(() =>
            Api.Uploads.CreateAsync("big.zip", new MemoryStream(new byte[(2 << 20) + 1]), cancellationToken: Cancellation)
        );
        Assert.Equal((413, "upload-too-large"), (refusal.Status, refusal.Code));
        Assert.Equal(before, Directory.GetFiles(App.UploadsDirectory).Length);
    }

    [Theory]
    [InlineData("app.exe")]
    [InlineData("")]
    [InlineData("app\u202Egz.tar")]
    public async Task A_file_that_is_no_archive_by_its_name_is_refused(string name)
    {
        var refusal = await RefusalAsync(() => Api.Uploads.CreateAsync(name, new MemoryStream([1]), cancellationToken: Cancellation));
        Assert.Equal((400, "file"), (refusal.Status, Assert.Single(refusal.Errors).Path));
    }

    [Theory]
    [InlineData("../../etc/passwd.tar")]
    [InlineData("/etc/cron.d/x.tar")]
    [InlineData("--help.tar")]
    public async Task A_name_is_a_label_and_never_a_path(string name)
    {
        try
        {
            var upload = await Api.Uploads.CreateAsync(name, new MemoryStream([1]), cancellationToken: Cancellation);
            Assert.True(File.Exists(Path.Combine(App.UploadsDirectory, upload.Id.ToString("N"))));
        }
        catch (PanelApiException refusal)
        {
            Assert.Equal(400, refusal.Status);
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html")]
    [InlineData("multipart/form-data")]
    public async Task A_body_of_another_type_is_refused(string type)
    {
        using var http = App.Http(App.Secret);
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await http.PostAsync(new Uri("/api/v1/uploads?fileName=a.zip", UriKind.Relative), content, Cancellation);
        Assert.Equal("unsupported-media-type", (await ProblemAsync(response)).Code);
    }
}
