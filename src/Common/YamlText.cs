using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Panoptes;

/// <summary>
/// Loads YAML from untrusted sources. Depth and number of nodes are counted while the parser gives its events, before a tree is built:
/// YamlDotNet builds it by recursion, which ends the process where a text is deep enough.
/// </summary>
internal static class YamlText
{
    /// <summary>Loads the one document of a text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="limits">How deep and large it may be.</param>
    /// <returns>Its root; null for an empty text.</returns>
    /// <exception cref="InputException">The text is not YAML, is more than one document, or above a limit.</exception>
    public static YamlNode? Load(string text, string name, InputLimits limits)
    {
        YamlStream stream = [];
        try
        {
            stream.Load(new Guard(new Parser(new StringReader(text)), name, limits));
        }
        catch (YamlException e)
        {
            throw NotYaml(name, e.Start.Line, e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException
            or IndexOutOfRangeException or KeyNotFoundException or NullReferenceException)
        {
            // What the library throws next to its own exception, for texts that it was not written for.
            throw NotYaml(name, 0, e);
        }

        return stream.Documents.Count switch
        {
            0 => null,
            1 => stream.Documents[0].RootNode,
            _ => throw Wrong(name, stream.Documents[1].RootNode.Start.Line, InputErrorKind.Invalid, "one document is allowed."),
        };
    }

    private static InputException NotYaml(string name, long line, Exception e) =>
        Wrong(name, line, InputErrorKind.Damaged, $"is not YAML: {e.Message.TrimEnd('.')}.", e);

    private static InputException Wrong(string name, long line, InputErrorKind kind, string problem, Exception? inner = null) =>
        line > 0
            ? InputException.InContent($"{name}:{line}", problem, kind, inner).OfFile(name, $"line {line}")
            : new InputException(kind, name, null, problem, inner);

    /// <summary>Hands on a parser's events as long as they are within limits.</summary>
    private sealed class Guard(IParser inner, string name, InputLimits limits) : IParser
    {
        // For each open list or mapping: null for a list; whether a key comes next for a mapping.
        private readonly Stack<bool?> _open = [];
        private int _nodes;

        public ParsingEvent? Current => inner.Current;

        public bool MoveNext()
        {
            if (!inner.MoveNext())
            {
                return false;
            }

            if (Current is MappingEnd or SequenceEnd)
            {
                _open.Pop();
            }
            else if (Current is NodeEvent node)
            {
                Take(node);
            }

            return true;
        }

        private void Take(NodeEvent node)
        {
            bool isKey = false;
            if (_open.TryPop(out bool? expectsKey))
            {
                isKey = expectsKey == true;
                _open.Push(!expectsKey);
            }

            // Keys are compared, and lists and mappings by all that they hold: a few aliases make that endless.
            if (isKey && node is not Scalar)
            {
                throw At(node, InputErrorKind.Invalid, "a key is one word.");
            }

            if (++_nodes > limits.MaxElements)
            {
                throw At(node, InputErrorKind.TooLarge, Above("elements", limits.MaxElements, nameof(InputLimits.MaxElements)));
            }

            if (node is Scalar scalar && scalar.Value.Contains('\0', StringComparison.Ordinal))
            {
                throw At(node, InputErrorKind.Invalid, "a text holds the character 0.");
            }

            if (node is MappingStart or SequenceStart)
            {
                _open.Push(node is MappingStart ? true : null);
                if (_open.Count > limits.MaxDepth)
                {
                    throw At(node, InputErrorKind.TooLarge, Above("levels", limits.MaxDepth, nameof(InputLimits.MaxDepth)));
                }
            }
        }

        private static string Above(string what, int limit, string property) =>
            $"has more {what} than the limit of {limit}. {nameof(InputLimits)}.{property} sets the limit.";

        private InputException At(NodeEvent node, InputErrorKind kind, string problem) =>
            Wrong(name, node.Start.Line, kind, problem);
    }
}
