using System.Text;

namespace HostingPanel.Docker;

/// <summary>The last lines of a build's output, put together from pieces that may begin and end anywhere.</summary>
internal sealed class BuildOutputTail
{
    private const int Kept = 50;
    private const int LongestLine = 4096;

    private readonly Queue<string> _lines = new(Kept + 1);
    private readonly StringBuilder _unfinished = new();

    public void Add(string? piece)
    {
        foreach (var character in piece ?? "")
        {
            if (character == '\n')
            {
                Finish();
            }
            else if (_unfinished.Length < LongestLine)
            {
                _unfinished.Append(character);
            }
        }
    }

    public IReadOnlyList<string> ToList()
    {
        Finish();
        return [.. _lines];
    }

    private void Finish()
    {
        var line = _unfinished.ToString().TrimEnd();
        _unfinished.Clear();
        if (line.Length == 0)
        {
            return;
        }

        _lines.Enqueue(line);
        if (_lines.Count > Kept)
        {
            _lines.Dequeue();
        }
    }
}
