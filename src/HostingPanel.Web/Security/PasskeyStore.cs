using HostingPanel.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace HostingPanel.Web.Security;

/// <summary>An account as the framework's handler of passkeys knows it.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Email">Its address.</param>
/// <param name="Name">Its person's name.</param>
internal sealed record PasskeyUser(Guid Id, string Email, string Name);

/// <summary>Reads accounts and passkeys for the framework's handler. It only reads: what changes goes through the use cases.</summary>
internal sealed class PasskeyStore(PasskeyService passkeys) : IUserPasskeyStore<PasskeyUser>
{
    public async Task<PasskeyUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Guid.TryParse(userId, out var id) && await passkeys.FindOwnerAsync(id, cancellationToken) is { } owner
            ? new PasskeyUser(owner.Id, owner.Email, owner.Name)
            : null;

    public async Task<PasskeyUser?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await passkeys.FindAsync(credentialId, cancellationToken) is { } passkey
            ? await FindByIdAsync(passkey.AccountId.ToString(), cancellationToken)
            : null;

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(PasskeyUser user, byte[] credentialId, CancellationToken cancellationToken) =>
        await passkeys.FindAsync(credentialId, cancellationToken) is { } passkey && passkey.AccountId == user.Id ? Info(passkey) : null;

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PasskeyUser user, CancellationToken cancellationToken) =>
        [.. (await passkeys.OfAsync(user.Id, cancellationToken)).Select(Info)];

    public Task<string> GetUserIdAsync(PasskeyUser user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(PasskeyUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task<string?> GetNormalizedUserNameAsync(PasskeyUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.Email);

    public Task AddOrUpdatePasskeyAsync(PasskeyUser user, UserPasskeyInfo passkey, CancellationToken cancellationToken) =>
        throw OnlyReads();

    public Task RemovePasskeyAsync(PasskeyUser user, byte[] credentialId, CancellationToken cancellationToken) => throw OnlyReads();

    public Task SetUserNameAsync(PasskeyUser user, string? userName, CancellationToken cancellationToken) => throw OnlyReads();

    public Task SetNormalizedUserNameAsync(PasskeyUser user, string? normalizedName, CancellationToken cancellationToken) =>
        throw OnlyReads();

    public Task<IdentityResult> CreateAsync(PasskeyUser user, CancellationToken cancellationToken) => throw OnlyReads();

    public Task<IdentityResult> UpdateAsync(PasskeyUser user, CancellationToken cancellationToken) => throw OnlyReads();

    public Task<IdentityResult> DeleteAsync(PasskeyUser user, CancellationToken cancellationToken) => throw OnlyReads();

    public Task<PasskeyUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw OnlyReads();

    public void Dispose() { }

    /// <summary>Adds the handler, with what it holds answers to.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddIdentityCore<PasskeyUser>();
        services.AddScoped<IUserStore<PasskeyUser>, PasskeyStore>();
        services.AddScoped<IPasskeyHandler<PasskeyUser>, PasskeyHandler<PasskeyUser>>();
        services.AddScoped<Passkeys>();
        services
            .AddOptions<IdentityPasskeyOptions>()
            .Configure<IOptions<PanelOptions>>(
                (passkeys, panel) =>
                {
                    passkeys.ServerDomain = panel.Value.PanelDomain;
                    passkeys.UserVerificationRequirement = "required";
                    passkeys.ResidentKeyRequirement = "required";
                    passkeys.ValidateOrigin = origin => ValueTask.FromResult(IsOwn(origin));
                }
            );
    }

    /// <summary>Only the panel's own page, not in a frame of another's. Its host name was looked at before (<see cref="HostMiddleware"/>).</summary>
    private static bool IsOwn(PasskeyOriginValidationContext origin)
    {
        var request = origin.HttpContext.Request;
        return !origin.CrossOrigin
            && origin.TopOrigin is null
            && string.Equals(origin.Origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    private static UserPasskeyInfo Info(PasskeyRecord passkey) =>
        new(
            passkey.CredentialId,
            passkey.PublicKey,
            passkey.CreatedAt,
            passkey.SignCount,
            [.. passkey.Transports],
            isUserVerified: true,
            passkey.IsBackupEligible,
            passkey.IsBackedUp,
            attestationObject: [],
            clientDataJson: []
        );

    private static NotSupportedException OnlyReads() => new("Accounts and passkeys are changed by the use cases.");
}
