using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Coco;

/// <summary>Reads the value of a <c>segmentation</c> key in any of its forms; one is used for a whole file, object after object.</summary>
internal sealed class SegmentationReader
{
    private readonly List<double> _numbers = [];
    private readonly List<uint> _counts = [];
    private byte[] _text = new byte[1024];
    private int _textLength;
    private Form _form;
    private long _height;
    private long _width;

    private enum Form
    {
        None,
        Polygons,
        Counts,
        Text,
    }

    /// <summary>What is wrong with the value, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>The valid polygons.</summary>
    public List<double[]> Polygons { get; private set; } = [];

    /// <summary>The numbers of coordinates of polygons left out because they were too few or odd.</summary>
    public List<int> Removed { get; } = [];

    /// <summary>Whether the value is a list of run lengths or their compressed text.</summary>
    public bool IsRle => _form is Form.Counts or Form.Text;

    /// <summary>Forgets the last value.</summary>
    public void Reset()
    {
        Problem = null;
        Removed.Clear();
        _form = Form.None;
        if (Polygons.Count > 0)
        {
            Polygons = [];
        }
    }

    /// <summary>Reads the current value up to its last token.</summary>
    public void Read(ref JsonFileReader json)
    {
        Reset();
        switch (json.Token)
        {
            case JsonTokenType.Null:
                break;
            case JsonTokenType.StartArray:
                ReadPolygons(ref json);
                break;
            case JsonTokenType.StartObject:
                ReadRle(ref json);
                break;
            default:
                Fail($"segmentation is {json.Describe()}; it must be a list of polygons or an object with size and counts");
                break;
        }
    }

    /// <summary>The mask of a value in one of the run-length forms.</summary>
    /// <exception cref="InputException">The run lengths are malformed.</exception>
    public Rle ToRle() => _form == Form.Text
        ? Rle.Parse(_text.AsSpan(0, _textLength), (int)_height, (int)_width)
        : Rle.FromCounts(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_counts), (int)_height, (int)_width);

    private void Fail(string problem) => Problem ??= problem;

    private void ReadPolygons(ref JsonFileReader json)
    {
        _form = Form.Polygons;
        _numbers.Clear();
        while (json.ReadElement())
        {
            if (json.Token == JsonTokenType.StartArray)
            {
                List<double> numbers = _numbers;
                numbers.Clear();
                while (json.ReadElement())
                {
                    AddCoordinate(ref json);
                }

                EndPolygon();
            }
            else
            {
                AddCoordinate(ref json); // some tools write a single polygon without the list around it
            }
        }

        if (_numbers.Count > 0)
        {
            EndPolygon();
        }
    }

    private void AddCoordinate(ref JsonFileReader json)
    {
        if (json.TryGetNumber(out double number) && Math.Abs(number) <= PolygonRasterizer.MaxCoordinate)
        {
            _numbers.Add(number);
            return;
        }

        Fail($"segmentation has {json.Describe()} in a polygon; it must hold finite numbers within ±{PolygonRasterizer.MaxCoordinate:0}");
        json.Skip();
    }

    private void EndPolygon()
    {
        if (_numbers.Count < 6 || _numbers.Count % 2 != 0)
        {
            Removed.Add(_numbers.Count);
        }
        else
        {
            Polygons.Add([.. _numbers]);
        }

        _numbers.Clear();
    }

    private void ReadRle(ref JsonFileReader json)
    {
        _height = -1;
        _width = -1;
        while (json.ReadProperty())
        {
            bool size = json.Is("size"u8);
            bool counts = json.Is("counts"u8);
            json.Read();
            if (size)
            {
                ReadSize(ref json);
            }
            else if (counts)
            {
                ReadCounts(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        if (_form == Form.None)
        {
            Fail("segmentation lacks the key counts");
        }

        if (_height < 0)
        {
            Fail("segmentation lacks the key size");
        }
    }

    private void ReadSize(ref JsonFileReader json)
    {
        int elements = 0;
        bool valid = json.Token == JsonTokenType.StartArray;
        _height = 0;
        while (valid && json.ReadElement())
        {
            valid = json.TryGetInteger(out long value) && value is >= 0 and <= int.MaxValue && elements < 2;
            (_height, _width) = elements == 0 ? (value, _width) : (_height, value);
            elements++;
        }

        if (!valid || elements != 2)
        {
            Fail("segmentation.size must be two integers of 0 or more: rows, columns");
            while (json.Token != JsonTokenType.EndArray && elements > 0 && json.ReadElement())
            {
                json.Skip();
            }
        }
    }

    private void ReadCounts(ref JsonFileReader json)
    {
        if (json.Token == JsonTokenType.String)
        {
            _form = Form.Text;
            _textLength = json.CopyString(ref _text);
            return;
        }

        _form = Form.Counts;
        _counts.Clear();
        if (json.Token != JsonTokenType.StartArray)
        {
            Fail($"segmentation.counts is {json.Describe()}; it must be a list of run lengths or a compressed string");
            json.Skip();
            return;
        }

        while (json.ReadElement())
        {
            if (json.TryGetInteger(out long count) && count is >= 0 and <= uint.MaxValue)
            {
                _counts.Add((uint)count);
                continue;
            }

            Fail($"segmentation.counts has {json.Describe()}; run lengths are integers of 0 or more");
            json.Skip();
        }
    }
}
