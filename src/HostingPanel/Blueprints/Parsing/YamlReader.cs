using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HostingPanel.Blueprints.Parsing;

/// <summary>
/// Reads the part of YAML that a recipe needs: maps, lists, scalars. Anchors, aliases, tags, merge keys, several documents and doubled
/// keys are refused: each lets a file mean something else than it seems to.
/// </summary>
internal sealed class YamlReader
{
    private const int MaxCharacters = 256 * 1024;
    private const int MaxDepth = 16;

    private readonly Problems _problems;
    private readonly Parser _parser;

    private YamlReader(string text, Problems problems)
    {
        _problems = problems;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>The file's one map; null when it can't be read, with the reason among the problems.</summary>
    public static MapNode? Read(string text, Problems problems)
    {
        if (text.Length > MaxCharacters)
        {
            problems.Add(1, 1, $"the file has more than {MaxCharacters / 1024} KB; a blueprint is a page or two");
            return null;
        }

        try
        {
            return new YamlReader(text, problems).ReadDocument();
        }
        catch (YamlException exception)
        {
            problems.Add((int)exception.Start.Line, (int)exception.Start.Column, $"this is not YAML: {exception.Message.TrimEnd('.')}");
            return null;
        }
    }

    private MapNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _problems.Add(1, 1, "the file is empty; expected a blueprint");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode(depth: 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            _problems.Add((int)second.Start.Line, (int)second.Start.Column, "a second document begins here; a file holds one blueprint");
        }

        if (root is MapNode map)
        {
            return map;
        }

        _problems.Add(root, $"expected a blueprint (a map of keys such as 'blueprint' and 'services'), found {root.Called}");
        return null;
    }

    private Node ReadNode(int depth)
    {
        var node = _parser.Require<ParsingEvent>();
        var (line, column) = ((int)node.Start.Line, (int)node.Start.Column);
        if (depth > MaxDepth)
        {
            throw new YamlException(node.Start, node.End, "nested too deeply");
        }

        RefuseCleverness(node);
        if (_parser.TryConsume<AnchorAlias>(out _))
        {
            return new ScalarNode(string.Empty, line, column);
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            if (scalar.Value.Any(c => char.IsControl(c) && c is not ('\n' or '\t')))
            {
                _problems.Add(line, column, "a control character; only newline and tab are possible");
            }

            return new ScalarNode(scalar.Value, line, column);
        }

        if (_parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<Node>();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(ReadNode(depth + 1));
            }

            return new ListNode(items, line, column);
        }

        _parser.Consume<MappingStart>();
        var entries = new List<MapEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            ReadEntry(entries, depth);
        }

        return new MapNode(entries, line, column);
    }

    private void ReadEntry(List<MapEntry> entries, int depth)
    {
        var key = ReadNode(depth + 1);
        var value = ReadNode(depth + 1);
        if (key is not ScalarNode name)
        {
            _problems.Add(key, $"expected a key, found {key.Called}");
        }
        else if (entries.Find(e => e.Key.Text == name.Text) is { } first)
        {
            _problems.Add(name, $"the key '{name.Text}' is here for the second time; the first is in line {first.Key.Line}");
        }
        else
        {
            entries.Add(new MapEntry(name, value));
        }
    }

    private void RefuseCleverness(ParsingEvent node)
    {
        var (line, column) = ((int)node.Start.Line, (int)node.Start.Column);
        if (node is AnchorAlias)
        {
            _problems.Add(line, column, "YAML aliases (*name) are not used in blueprints; write the value out");
        }
        else if (node is NodeEvent { Anchor.IsEmpty: false })
        {
            _problems.Add(line, column, "YAML anchors (&name) are not used in blueprints; write the value where it is needed");
        }
        else if (node is NodeEvent { Tag.IsEmpty: false })
        {
            _problems.Add(line, column, "YAML tags (!name) are not used in blueprints");
        }
    }
}
