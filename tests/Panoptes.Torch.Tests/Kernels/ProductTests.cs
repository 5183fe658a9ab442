using System.Runtime.InteropServices;
using Panoptes.Torch.Kernels;

namespace Panoptes.Torch.Tests.Kernels;

/// <summary>Products of matrices for each width of vector against the sum that defines them.</summary>
public unsafe class ProductTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 4, 16, 7 }, { 5, 33, 257 }, { 6, 64, 256 }, { 10, 80, 300 }, { 11, 144, 16 }, { 48, 96, 513 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_product_is_the_sum_of_products(int rows, int columns, int summands)
    {
        foreach (bool turned in new[] { false, true })
        {
            Verify<Lanes256>(rows, columns, summands, turned);
            if (System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
            {
                Verify<Lanes512>(rows, columns, summands, turned);
            }
        }
    }

    [Fact]
    public void A_transposition_turns_rows_into_columns()
    {
        foreach ((int rows, int columns) in new[] { (1, 1), (4, 4), (7, 9), (16, 144), (5, 3) })
        {
            float[] from = new float[rows * (columns + 2)], to = new float[columns * (rows + 3)];
            for (int i = 0; i < from.Length; i++)
            {
                from[i] = i;
            }

            fixed (float* source = from, target = to)
            {
                Transposition.Write(source, columns + 2, rows, columns, target, rows + 3);
            }

            for (int i = 0; i < rows * columns; i++)
            {
                Assert.Equal(from[(i / columns * (columns + 2)) + (i % columns)], to[(i % columns * (rows + 3)) + (i / columns)]);
            }
        }
    }

    private static void Verify<T>(int rows, int columns, int summands, bool turned)
        where T : unmanaged, ILanes<T>
    {
        if (!OverrideableConvolution.IsSupported)
        {
            return;
        }

        Random random = new(1);
        int allRows = Product.Rows(rows), width = Product.Columns(columns);
        (int leftRow, int leftSummand) = turned ? (1, allRows) : (summands, 1);
        float* left = Memory(allRows * summands), right = Memory(summands * width), packed = Memory(summands * width);
        float* result = Memory(allRows * width);
        for (int i = 0; i < summands * columns; i++)
        {
            (int k, int c) = (i / columns, i % columns);
            right[(k * width) + c] = random.NextSingle() - 0.5f;
            int strip = c / Product.Strip<T>() * Product.Strip<T>();
            packed[Product.StripAt<T>(k, strip, summands, columns).Start + c - strip] = right[(k * width) + c];
        }

        for (int i = 0; i < rows * summands; i++)
        {
            left[(i / summands * leftRow) + (i % summands * leftSummand)] = random.NextSingle() - 0.5f;
        }

        if (turned)
        {
            for (int c = 0; c < columns; c += Product.Strip<T>())
            {
                int strip = Math.Min(Product.Strip<T>(), width - c);
                Product.Multiply<T>(left, 1, allRows, right + c, width, result + c, width, rows, strip, summands, false, left, 0, 0);
            }
        }
        else
        {
            Product.MultiplyPacked<T>(left, summands, packed, result, width, rows, columns, summands);
        }

        for (int i = 0; i < rows * columns; i++)
        {
            double sum = 0;
            for (int k = 0; k < summands; k++)
            {
                sum += (double)left[(i / columns * leftRow) + (k * leftSummand)] * right[(k * width) + (i % columns)];
            }

            Assert.Equal(sum, result[(i / columns * width) + (i % columns)], 1e-4);
        }

        foreach (nint memory in new[] { (nint)left, (nint)right, (nint)packed, (nint)result })
        {
            NativeMemory.Free((void*)memory);
        }

        static float* Memory(int floats) => (float*)NativeMemory.AllocZeroed((nuint)floats * sizeof(float));
    }
}
