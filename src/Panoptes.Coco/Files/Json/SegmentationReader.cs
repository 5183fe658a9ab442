using System.Runtime.InteropServices;
using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Files.Json;

/// <summary>Reads the values of <c>segmentation</c> keys in any of their forms into packs, one for each block of a file.</summary>
internal sealed class SegmentationReader
{
    private const int Size = 0;
    private const int Counts = 1;

    private readonly PropertyNames _names = new("size", "counts");
    private MaskPack _pack = new(0);
    private MaskForm _form;
    private int _start;
    private long _height;
    private long _width;

    /// <summary>What is wrong with the last value, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>The last value's numbers of coordinates of polygons skipped because they were too few or odd.</summary>
    public List<int> Removed { get; } = [];

    /// <summary>Whether the last value holds polygons, valid or not.</summary>
    public bool IsPolygons { get; private set; }

    /// <summary>The last value's mask; none where it holds no valid one.</summary>
    public StoredMask Mask => _form == MaskForm.None || Problem is not null
        ? default
        : StoredMask.In(_pack, _start, _form, (int)_height, (int)_width);

    /// <summary>Begins a pack.</summary>
    /// <param name="length">Bytes of the text that it is for.</param>
    public void Begin(int length) => _pack = new MaskPack(length);

    /// <summary>Forgets the last value, but not its mask.</summary>
    public void Reset()
    {
        Problem = null;
        Removed.Clear();
        IsPolygons = false;
        _form = MaskForm.None;
    }

    /// <summary>Reads the current value up to its last token.</summary>
    public void Read(ref JsonReader json)
    {
        Reset();
        _start = _pack.Begin();
        (_height, _width) = (0, 0);
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

    private void Fail(string problem) => Problem ??= problem;

    private void ReadPolygons(ref JsonReader json)
    {
        IsPolygons = true;
        int polygon = BeginPolygon();
        while (json.ReadElement())
        {
            if (json.Token != JsonTokenType.StartArray)
            {
                AddCoordinate(ref json); // some tools write a single polygon without the list around it
                continue;
            }

            _pack.Truncate(polygon);
            polygon = BeginPolygon();
            while (json.ReadElement())
            {
                AddCoordinate(ref json);
            }

            EndPolygon(polygon);
            polygon = BeginPolygon();
        }

        if (Coordinates(polygon) > 0)
        {
            EndPolygon(polygon);
        }
        else
        {
            _pack.Truncate(polygon);
        }

        _form = _pack.Length > _start ? MaskForm.PackedPolygons : MaskForm.None;
    }

    private int BeginPolygon()
    {
        int place = _pack.Length;
        Pack<double>(0); // the number of coordinates, once it is known
        return place;
    }

    private int Coordinates(int polygon) => ((_pack.Length - polygon) / sizeof(double)) - 1;

    private void AddCoordinate(ref JsonReader json)
    {
        if (json.TryGetNumber(out double number) && Math.Abs(number) <= Rle.MaxCoordinate)
        {
            Pack(number);
            return;
        }

        Fail($"segmentation has {json.Describe()} in a polygon; it must hold finite numbers within ±{Rle.MaxCoordinate:0}");
        json.Skip();
    }

    private void EndPolygon(int polygon)
    {
        int count = Coordinates(polygon);
        if (count < 6 || count % 2 != 0)
        {
            Removed.Add(count);
            _pack.Truncate(polygon);
            return;
        }

        double coordinates = count;
        MemoryMarshal.Write(_pack.Bytes.AsSpan(polygon), in coordinates);
    }

    private void ReadRle(ref JsonReader json)
    {
        _height = -1;
        _width = -1;
        _names.Begin();
        while (_names.TryNext(ref json, out int name))
        {
            json.Read();
            switch (name)
            {
                case Size:
                    ReadSize(ref json);
                    break;
                case Counts:
                    ReadCounts(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        if (_names.Twice is { } twice)
        {
            Fail($"segmentation has the key {twice} twice");
        }

        if (_form == MaskForm.None)
        {
            Fail("segmentation is missing the key counts");
        }

        if (_height < 0)
        {
            Fail("segmentation is missing the key size");
        }
    }

    private void ReadSize(ref JsonReader json)
    {
        int elements = 0;
        bool valid = json.Token == JsonTokenType.StartArray;
        _height = 0;
        bool isList = valid;
        while (isList && json.ReadElement())
        {
            valid &= json.TryGetInteger(out long value) && value is >= 0 and <= int.MaxValue && elements < 2;
            (_height, _width) = elements == 0 ? (value, _width) : (_height, value);
            elements++;
            json.Skip(); // a list within the list, to its end: what follows is not this list's
        }

        if (!isList)
        {
            json.Skip();
        }

        if (!valid || elements != 2)
        {
            Fail("segmentation.size must be two integers of 0 or more: rows, columns");
        }
    }

    private void ReadCounts(ref JsonReader json)
    {
        _pack.Truncate(_start);
        if (json.Token == JsonTokenType.String)
        {
            _form = MaskForm.PackedText;
            _pack.Advance(json.CopyString(_pack.Reserve(json.RawLength)));
            return;
        }

        _form = MaskForm.PackedCounts;
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
                Pack((uint)count);
                continue;
            }

            Fail($"segmentation.counts has {json.Describe()}; run lengths are integers of 0 or more");
            json.Skip();
        }
    }

    private void Pack<T>(T value)
        where T : unmanaged
    {
        int size = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        MemoryMarshal.Write(_pack.Reserve(size), in value);
        _pack.Advance(size);
    }
}
