namespace HostingPanel.Audit;

/// <summary>Follows the chain from its start, entry by entry.</summary>
internal sealed class AuditChainCheck(AuditAnchor? anchor)
{
    private long _entries;
    private byte[] _hash = AuditHash.Start;
    private (long Sequence, string Fault)? _broken;

    /// <summary>Looks at the next entry; false once one is broken.</summary>
    public bool Next(AuditEntry entry)
    {
        var place = _entries + 1;
        if (entry.Sequence is null)
        {
            return Broken(place, $"Row {entry.Id} has no place in the chain: it was put in past the panel.");
        }

        if (entry.Sequence != place)
        {
            return Broken(place, $"Entry {place} is missing; after {place - 1} comes {entry.Sequence}.");
        }

        if (entry.PreviousHash is null || !entry.PreviousHash.AsSpan().SequenceEqual(_hash))
        {
            return Broken(place, $"Entry {place} does not follow from the one before it.");
        }

        var hash = AuditHash.Of(entry, _hash);
        if (entry.Hash is null || !entry.Hash.AsSpan().SequenceEqual(hash))
        {
            return Broken(place, $"Entry {place} is not as it was written: its content does not have the hash that it carries.");
        }

        if (anchor is not null && anchor.Sequence == place && !Matches(anchor.Hash, hash))
        {
            return Broken(place, $"Entry {place} had another hash when it was noted: the chain was written anew.");
        }

        (_entries, _hash) = (place, hash);
        return true;
    }

    /// <summary>What was found, once there are no more.</summary>
    public AuditVerification End(AuditHead? head)
    {
        if (_broken is null && (head is null || head.Sequence != _entries || !head.Hash.AsSpan().SequenceEqual(_hash)))
        {
            Broken(
                _entries + 1,
                $"The chain ends with entry {_entries}, and its end was entry {head?.Sequence}: the last entries are missing."
            );
        }

        if (_broken is null && anchor is not null && anchor.Sequence > _entries)
        {
            Broken(
                _entries + 1,
                $"The chain ends with entry {_entries}, and entry {anchor.Sequence} was noted: the last entries are missing."
            );
        }

        return new AuditVerification(_entries, _entries, Convert.ToHexStringLower(_hash), _broken?.Sequence, _broken?.Fault);
    }

    private bool Broken(long sequence, string fault)
    {
        _broken = (sequence, fault);
        return false;
    }

    private static bool Matches(string noted, byte[] hash) =>
        string.Equals(noted.Trim(), Convert.ToHexStringLower(hash), StringComparison.OrdinalIgnoreCase);
}
