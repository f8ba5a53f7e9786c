namespace HostingPanel.Accounts;

/// <summary>Somebody who is in, with the codes that they get once.</summary>
/// <param name="Session">Their session.</param>
/// <param name="Codes">Their recovery codes.</param>
public sealed record EnrolledSession(StartedSession Session, RecoveryCodes Codes);
