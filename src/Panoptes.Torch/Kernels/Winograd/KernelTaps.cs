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

    /// <summary>The kernels that turn an output's gradient into the input's: inputs for outputs, and turned around.</summary>
    public KernelTaps Turned => new(Start + 2 * Row + 2 * Column, Input, Output, -Row, -Column);

    /// <summary>
    /// Writes the taps of some outputs and inputs as [inputs][9][<paramref name="width"/>]; columns beyond <paramref name="outputs"/> are 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(int output, int outputs, int width, int input, int inputs, float* taps)
    {
        for (int k = 0; k < outputs; k++)
        {
            float* to = taps + k;
            for (int c = 0; c < inputs; c++)
            {
                float* from = Start + (output + k) * Output + (input + c) * Input;
                for (int r = 0; r < 3; r++)
                {
                    to[0] = from[0];
                    to[width] = from[Column];
                    to[2 * width] = from[2 * Column];
                    from += Row;
                    to += 3 * width;
                }
            }
        }

        for (int i = 0; i < inputs * 9 && outputs < width; i++)
        {
            new Span<float>(taps + i * width + outputs, width - outputs).Clear();
        }
    }

    /// <summary>Sets the taps of one input from [9][<paramref name="outputs"/>].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scatter(int input, int outputs, float* taps)
    {
        for (int o = 0; o < outputs; o++)
        {
            float* to = Start + o * Output + input * Input;
            float* from = taps + o;
            for (int r = 0; r < 3; r++)
            {
                to[0] = from[0];
                to[Column] = from[outputs];
                to[2 * Column] = from[2 * outputs];
                to += Row;
                from += 3 * outputs;
            }
        }
    }
}
