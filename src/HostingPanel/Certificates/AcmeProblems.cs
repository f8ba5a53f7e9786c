namespace HostingPanel.Certificates;

/// <summary>What an authority's errors (RFC 8555, section 6.7) mean to whoever has to mend them.</summary>
internal static class AcmeProblems
{
    /// <summary>A stable word of ours.</summary>
    public static string CodeOf(AcmeAnswer answer) =>
        answer.Type switch
        {
            null => "authority-unreachable",
            "rateLimited" => "authority-rate-limited",
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
