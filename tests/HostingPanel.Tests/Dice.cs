namespace HostingPanel.Tests;

/// <summary>Numbers that look thrown and are the same in every run, so that a failure can be looked at again (xorshift).</summary>
internal sealed class Dice(int seed)
{
    private uint _state = ((uint)seed * 2654435761) + 1;

    public int Next(int below)
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (int)(_state % (uint)below);
    }

    public int Next(int from, int below) => from + Next(below - from);
}
