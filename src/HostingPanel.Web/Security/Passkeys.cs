using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using HostingPanel.Accounts;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace HostingPanel.Web.Security;

/// <summary>What a browser is asked to do with a passkey.</summary>
/// <param name="Options">For <c>navigator.credentials</c>, as JSON.</param>
/// <param name="State">Comes back with the answer: the challenge, closed for the web.</param>
public sealed record PasskeyQuestion(string Options, string State);

/// <summary>A passkey that was just made, as the device has shown it.</summary>
/// <param name="Passkey">What is stored.</param>
/// <param name="ChallengeId">The challenge that it answers.</param>
/// <param name="ChallengeExpiresAt">When that is refused for its age.</param>
public sealed record NewPasskey(PasskeyRecord Passkey, Guid ChallengeId, DateTimeOffset ChallengeExpiresAt);

/// <summary>
/// Asks browsers about passkeys and checks what they answer, by the framework's own handler. The device must have verified its owner, so
/// that a passkey is both factors.
/// </summary>
internal sealed partial class Passkeys(
    IPasskeyHandler<PasskeyUser> handler,
    IDataProtectionProvider protection,
    TimeProvider time,
    ILogger<Passkeys> logger
)
{
    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>An answer has a signature and a key; no device sends so much.</summary>
    private const int MaxAnswer = 16_384;

    /// <summary>What a challenge was given out for: an answer to one is none to another.</summary>
    private const string ToAdd = "add";
    private const string ToAssert = "assert";

    private sealed record State(Guid Id, DateTimeOffset ExpiresAt, string Purpose, Guid? AccountId, string Handler);

    /// <summary>Asks for a passkey of anybody's, or of this account's alone.</summary>
    public async Task<PasskeyQuestion> AskAsync(HttpContext context, PasskeyUser? user)
    {
        var options = await handler.MakeRequestOptionsAsync(user!, context);
        return new PasskeyQuestion(options.RequestOptionsJson, Close(ToAssert, user?.Id, options.AssertionState));
    }

    /// <summary>Asks a device to make one.</summary>
    public async Task<PasskeyQuestion> AskForNewAsync(HttpContext context, PasskeyUser user)
    {
        var entity = new PasskeyUserEntity
        {
            Id = user.Id.ToString(),
            Name = user.Email,
            DisplayName = user.Name,
        };
        var options = await handler.MakeCreationOptionsAsync(entity, context);
        return new PasskeyQuestion(options.CreationOptionsJson, Close(ToAdd, user.Id, options.AttestationState));
    }

    /// <summary>Whose passkey has answered, or the refusal. Whether the answer is a second one is decided where it is used.</summary>
    /// <param name="context">The request that it came with.</param>
    /// <param name="accountId">Whose it must be; null for anybody's.</param>
    /// <param name="state">What was given out with the question.</param>
    /// <param name="credential">The answer, as JSON.</param>
    public async Task<Outcome<PasskeyProof>> CheckAsync(HttpContext context, Guid? accountId, string? state, string? credential)
    {
        if (Open(state, ToAssert, accountId) is not { } asked || credential is not { Length: > 0 and <= MaxAnswer })
        {
            return Refused();
        }

        var result = await handler.PerformAssertionAsync(
            new PasskeyAssertionContext
            {
                HttpContext = context,
                CredentialJson = credential,
                AssertionState = asked.Handler,
            }
        );
        if (!result.Succeeded)
        {
            LogRefused(result.Failure.Message);
            return Refused();
        }

        return new PasskeyProof(
            result.User.Id,
            result.Passkey.CredentialId,
            result.Passkey.SignCount,
            result.Passkey.IsBackedUp,
            asked.Id,
            asked.ExpiresAt
        );
    }

    /// <summary>What a device has made, or the refusal.</summary>
    public async Task<Outcome<NewPasskey>> CheckNewAsync(
        HttpContext context,
        Guid accountId,
        string? name,
        string? state,
        string? credential
    )
    {
        if (Open(state, ToAdd, accountId) is not { } asked || credential is not { Length: > 0 and <= MaxAnswer })
        {
            return Refused();
        }

        var result = await handler.PerformAttestationAsync(
            new PasskeyAttestationContext
            {
                HttpContext = context,
                CredentialJson = credential,
                AttestationState = asked.Handler,
            }
        );
        if (!result.Succeeded)
        {
            LogRefused(result.Failure.Message);
            return Refused();
        }

        var made = result.Passkey;
        var record = new PasskeyRecord(
            made.CredentialId,
            accountId,
            string.IsNullOrWhiteSpace(name) ? BrowserWords.Of(context.Request.Headers.UserAgent.ToString()) : name,
            made.PublicKey,
            made.SignCount,
            made.Transports ?? [],
            made.IsBackupEligible,
            made.IsBackedUp,
            made.CreatedAt
        );
        return new NewPasskey(record, asked.Id, asked.ExpiresAt);
    }

    private IDataProtector Protector => protection.CreateProtector(nameof(Passkeys));

    private string Close(string purpose, Guid? accountId, string? handlerState)
    {
        var now = time.GetUtcNow();
        var state = new State(Guid.CreateVersion7(now), now + Patience, purpose, accountId, handlerState ?? string.Empty);
        return Base64Url.EncodeToString(Protector.Protect(JsonSerializer.SerializeToUtf8Bytes(state)));
    }

    private State? Open(string? closed, string purpose, Guid? accountId)
    {
        if (closed is not { Length: > 0 and <= MaxAnswer } || !Base64Url.IsValid(closed))
        {
            return null;
        }

        try
        {
            var state = JsonSerializer.Deserialize<State>(Protector.Unprotect(Base64Url.DecodeFromChars(closed)))!;
            return state.Purpose == purpose && state.AccountId == accountId && state.ExpiresAt > time.GetUtcNow() ? state : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static Problem Refused() =>
        new(
            ProblemKind.Forbidden,
            "passkey-refused",
            "This passkey could not be used: the panel does not know it, or the answer was not for this page. Load the page again and try once more."
        );

    [LoggerMessage(92, LogLevel.Information, "A passkey was refused: {Reason}")]
    private partial void LogRefused(string reason);
}
