using Microsoft.Playwright;

namespace HostingPanel.E2E.Tests;

/// <summary>A passkey in a real browser, with a device that Chromium makes up.</summary>
[Collection(PanelTests.Name)]
public sealed class PasskeyTests(PanelFixture panel)
{
    [Fact(Timeout = 120_000)]
    public async Task A_passkey_is_added_signs_in_alone_and_is_removed()
    {
        var page = await panel.SignInAsync();
        await using var device = await DeviceAsync(page);
        await panel.ProveAsync(page, "account/passkeys");
        await PanelFixture.CheckAsync(page);
        await Screenshots.TakeAsync(page, "passkey-add");
        await page.GetByLabel("What it is called").FillAsync("Made-up device");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The passkey is added")).ToBeVisibleAsync();
        await PanelFixture.CheckAsync(page);

        // The same device in the same window, signed in nowhere.
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync($"{PanelFixture.PanelUrl}/account/sign-in");
        await PanelFixture.CheckAsync(page);
        await Screenshots.TakeAsync(page, "sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await page.WaitForURLAsync("**/sites");

        await PanelFixture.VisitAsync(page, "account");
        await PanelFixture.CheckAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Made-up device" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Made-up device")).ToHaveCountAsync(0);
        Assert.Empty(panel.Complaints);
    }

    private static async Task<VirtualDevice> DeviceAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync(
            "WebAuthn.addVirtualAuthenticator",
            new Dictionary<string, object>
            {
                ["options"] = new Dictionary<string, object>
                {
                    ["protocol"] = "ctap2",
                    ["transport"] = "internal",
                    ["hasResidentKey"] = true,
                    ["hasUserVerification"] = true,
                    ["isUserVerified"] = true,
                    ["automaticPresenceSimulation"] = true,
                },
            }
        );
        return new VirtualDevice(session);
    }

    /// <summary>Takes the device away with its session.</summary>
    private sealed class VirtualDevice(ICDPSession session) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await session.DetachAsync();
    }
}
