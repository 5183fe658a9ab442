using System.Runtime.CompilerServices;

namespace Panoptes.Torch.Kernels.Winograd;

/// <summary>Kernels of 3x3 in any order in memory: floats from one output, input, row or column to the next.</summary>
internal readonly unsafe struct KernelTaps(float* start, nint output, nint input, nint row, nint column)
{
    public float* Start { get; } = start;

    public nint Output { get; } = output;

    public nint Input { get; } = input;

    public nint Row { get; } = row;

    public nint Column { get; } = column;

    // In libtorch's usual order, [output][input][3][3].
    private bool IsPlain => Column == 1 && Row == 3 && Input == 9;

    /// <summary>The kernels that turn an output's gradient into the input's: inputs for outputs, and turned around.</summary>
    public KernelTaps Turned => new(Start + 2 * Row + 2 * Column, Input, Output, -Row, -Column);

    /// <summary>The kernels from one output on.</summary>
    public KernelTaps From(int output) => new(Start + output * Output, Output, Input, Row, Column);

    /// <summary>
    /// Writes the taps of some outputs and inputs as [inputs][9][<paramref name="width"/>]; columns beyond <paramref name="outputs"/>
    /// are 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(int output, int outputs, int width, int input, int inputs, float* taps)
    {
        float* from = Start + output * Output + input * Input;
        if (IsPlain)
        {
            Transposition.Write(from, Output, outputs, 9 * inputs, taps, width);
        }
        else
        {
            for (int t = 0; t < 9; t++)
            {
                float* tap = from + t / 3 * Row + t % 3 * Column;
                if (Input == 1)
                {
                    Transposition.Write(tap, Output, outputs, inputs, taps + t * width, 9 * width);
                }
                else
                {
                    for (int c = 0; c < inputs; c++)
                    {
                        CopyTap(tap + c * Input, outputs, taps + (c * 9 + t) * width);
                    }
                }
            }
        }

        for (int i = 0; i < inputs * 9 && outputs < width; i++)
        {
            new Span<float>(taps + i * width + outputs, width - outputs).Clear();
        }
    }

    /// <summary>Sets the taps of some inputs and all outputs from [inputs][9][<paramref name="outputs"/>].</summary>
    public void Scatter(int outputs, int input, int inputs, float* taps)
    {
        float* to = Start + input * Input;
        if (IsPlain)
        {
            Transposition.Write(taps, outputs, 9 * inputs, outputs, to, Output);
        }
        else
        {
            for (int t = 0; t < 9; t++)
            {
                Transposition.Write(taps + t * outputs, 9 * outputs, inputs, outputs, to + t / 3 * Row + t % 3 * Column, Output);
            }
        }
    }

    private void CopyTap(float* from, int outputs, float* to)
    {
        if (Output == 1)
        {
            new ReadOnlySpan<float>(from, outputs).CopyTo(new Span<float>(to, outputs));
        }
        else
        {
            for (int k = 0; k < outputs; k++)
            {
                to[k] = from[k * Output];
            }
        }
    }
}
