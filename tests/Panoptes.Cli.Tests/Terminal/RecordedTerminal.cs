using System.Text;

namespace Panoptes.Cli.Tests.Terminal;

/// <summary>
/// A terminal as far as the tool uses one: it wraps, moves up, erases, and wraps its lines again when it is made narrower or wider.
/// </summary>
internal sealed class RecordedTerminal : TextWriter
{
    private readonly List<Row> _rows = [new()];
    private int _row;
    private int _column;
    private string _escape = "";

    public RecordedTerminal(int width) => Width = width;

    /// <inheritdoc />
    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Columns of the window.</summary>
    public int Width { get; private set; }

    /// <summary>How often a line of the text reached the right border and went on in the next row.</summary>
    public int Wraps { get; private set; }

    /// <summary>The rows from the first one ever written, without the blanks at their ends and the empty rows at the end of all.</summary>
    public IReadOnlyList<string> Screen
    {
        get
        {
            List<string> rows = [.. _rows.Select(row => row.Text.ToString().TrimEnd())];
            while (rows.Count > 0 && rows[^1].Length == 0) rows.RemoveAt(rows.Count - 1);
            return rows;
        }
    }

    /// <summary>Gives the window another width: rows that were one line are joined and wrapped again; the cursor stays below.</summary>
    public void Resize(int width)
    {
        List<Row> old = [.. _rows.Take(_row)];
        _rows.Clear();
        StringBuilder line = new();
        foreach (Row row in old)
        {
            line.Append(row.Text);
            if (row.GoesOn) continue;
            string text = line.ToString().TrimEnd();
            for (int at = 0; at == 0 || at < text.Length; at += width)
            {
                string part = text.Substring(at, Math.Min(width, text.Length - at));
                _rows.Add(new Row { Text = new StringBuilder(part), GoesOn = at + width < text.Length });
            }

            line.Clear();
        }

        _rows.Add(new Row());
        (_row, _column, Width) = (_rows.Count - 1, 0, width);
    }

    /// <inheritdoc />
    public override void Write(char value)
    {
        if (_escape.Length > 0 || value == '\u001b')
        {
            _escape += value;
            if (_escape.Length > 2 && char.IsLetter(value)) Obey();
            return;
        }

        switch (value)
        {
            case '\r':
                _column = 0;
                break;
            case '\n':
                _rows[_row].GoesOn = false;
                NextRow();
                break;
            default:
                Put(value);
                break;
        }
    }

    private void Put(char value)
    {
        if (_column == Width)
        {
            Wraps++;
            _rows[_row].GoesOn = true;
            NextRow();
        }

        StringBuilder text = _rows[_row].Text;
        while (text.Length <= _column) text.Append(' ');
        text[_column++] = value;
    }

    private void NextRow()
    {
        (_row, _column) = (_row + 1, 0);
        if (_row == _rows.Count) _rows.Add(new Row());
    }

    private void Obey()
    {
        char command = _escape[^1];
        string number = _escape[2..^1];
        switch (command)
        {
            case 'A':
                int up = int.Parse(number);
                Assert.True(up <= _row, $"moves up {up} rows, but only {_row} were written");
                _row -= up;
                break;
            case 'K':
                Erase(_rows[_row]);
                break;
            case 'J':
                Erase(_rows[_row]);
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case 'm':
                break;
            default:
                Assert.Fail($"the terminal does not know the sequence ESC{_escape[1..]}");
                break;
        }

        _escape = "";
    }

    private void Erase(Row row)
    {
        row.Text.Length = Math.Min(row.Text.Length, _column);
        row.GoesOn = false;
    }

    private sealed class Row
    {
        public StringBuilder Text { get; init; } = new();

        public bool GoesOn { get; set; }
    }
}
