namespace HostingPanel.Certificates;

/// <summary>What an authority's errors (RFC 8555, section 6.7) mean to whoever has to mend them.</summary>
internal static class AcmeProblems
{
    /// <summary>It gives an account only with an external account binding.</summary>
    public const string BindingNeeded = "account-binding-needed";

    /// <summary>It did not take the external account binding that it was told.</summary>
    public const string BindingRefused = "account-binding-refused";

    /// <summary>A stable word of ours.</summary>
    public static string CodeOf(AcmeAnswer answer) =>
        answer.Type switch
        {
            null => "authority-unreachable",
            "rateLimited" => "authority-rate-limited",
            "externalAccountRequired" => BindingNeeded,
            "serverInternal" => "authority-error",
            "invalidContact" or "unsupportedContact" => "authority-email-refused",
            _ when answer.Matter == AcmeMatter.Binding => BindingRefused,
            _ when answer.Matter == AcmeMatter.Account => "authority-account-refused",
            "dns" => "validation-dns",
            "connection" => "validation-connection",
            "unauthorized" or "incorrectResponse" => "validation-refused",
            "caa" => "validation-caa",
            "rejectedIdentifier" or "unsupportedIdentifier" => "name-rejected",
            _ => "authority-error",
        };

    /// <summary>What happened, in which of its words, and the mend.</summary>
    public static string MessageOf(AcmeAnswer answer, string host, string authority, DnsAccount? dns) =>
        answer.Type switch
        {
            null => $"{authority} could not be asked ({answer.Detail}). Is its address right, and does this server reach the world?",
            "rateLimited" =>
                $"{authority} was asked too often and wants to be left alone for a while ({answer.Detail}). It is asked again in some hours; nothing is to be done.",
            "externalAccountRequired" =>
                $"{authority} gives an account only to its own customers ({answer.Detail}): it wants an external account binding. Set key id and key, as it shows them to you, at Certificates.",
            "serverInternal" => $"{authority} has a trouble of its own ({answer.Detail}). It is asked again.",
            "invalidContact" or "unsupportedContact" =>
                $"{authority} does not take the e-mail address that the panel gives ({answer.Detail}). Add the authority anew, with another one, at Certificates.",
            _ when answer.Matter == AcmeMatter.Binding =>
                $"{authority} gives no account for the external account binding that is set ({answer.Detail}). Are key id and key those that it shows? Many take a pair once, or for some days only: make a new one there, and set it at Certificates.",
            _ when answer.Matter == AcmeMatter.Account => $"{authority} gives the panel no account ({answer.Type}: {answer.Detail}).",
            "dns" => $"{authority} could not find {host} in the DNS ({answer.Detail}). Check the records where {host} is managed.",
            "unauthorized" or "incorrectResponse" when dns is not null =>
                $"{authority} did not find at {host} what was written at {dns.Provider} ({answer.Detail}). Are the name servers of {string.Join(", ", dns.Zones)} those of this account? It is tried again.",
            "connection" =>
                $"{authority} could not reach {host} ({answer.Detail}). Its A and AAAA records must lead to this server, and port 80 must be open to the world.",
            "unauthorized" or "incorrectResponse" =>
                $"{authority} reached something else at {host} ({answer.Detail}). Its A and AAAA records must lead to this server and nowhere else.",
            "caa" =>
                $"A CAA record of {host} does not let {authority} certify it ({answer.Detail}). Add one for this authority, or remove those that are there.",
            "rejectedIdentifier" or "unsupportedIdentifier" =>
                $"{authority} does not certify {host} ({answer.Detail}). Ask another authority.",
            var type => $"{authority} refused ({type}: {answer.Detail}).",
        };
}
