namespace HostingPanel.Web.Accounts;

/// <summary>What a form sends that asks for a new password.</summary>
public sealed class NewPassword
{
    /// <summary>The person's name, where an account is made.</summary>
    public string? Name { get; set; }

    /// <summary>The password.</summary>
    public string? Password { get; set; }

    /// <summary>The password once more.</summary>
    public string? Repeat { get; set; }

    /// <summary>The refusal where the two differ.</summary>
    internal Problem? Difference() => Password == Repeat ? null : Problem.Invalid("repeat", "The two passwords are not the same.");
}
