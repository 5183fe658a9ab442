namespace Panoptes.Torch.Tests;

public class AutocastTests
{
    [Fact]
    public void Convolutions_compute_in_bfloat16_and_gradients_keep_the_type_of_the_weights()
    {
        using var scope = new TensorScope();
        Tensor x = Tensor.Randn([1, 4, 8, 8]);
        Tensor weight = Tensor.Randn([6, 4, 3, 3]);
        weight.RequiresGrad = true;
        Tensor exact = x.Conv2d(weight);
        Tensor half;
        using (new Autocast(DeviceType.Cpu, DType.BFloat16))
        {
            half = x.Conv2d(weight);
            Assert.Equal(DType.BFloat16, half.DType);
            Assert.Equal(DType.Float32, (x + x).DType);
        }

        Assert.Equal(DType.Float32, x.Conv2d(weight).DType);
        double error = (half.To(DType.Float32) - exact).Abs().Max().ToDouble() / exact.Abs().Max().ToDouble();
        Assert.InRange(error, 1e-6, 0.02);
        half.To(DType.Float32).Sum().Backward();
        Assert.Equal(DType.Float32, weight.Grad!.DType);
    }

    [Fact]
    public void Regions_nest_and_end_in_the_state_before()
    {
        using var scope = new TensorScope();
        Tensor x = Tensor.Randn([4, 4]);
        using (new Autocast(DeviceType.Cpu, DType.BFloat16))
        {
            var inner = new Autocast(DeviceType.Cpu, DType.BFloat16);
            inner.Dispose();
            inner.Dispose();
            Assert.Equal(DType.BFloat16, x.Mm(x).DType);
        }

        Assert.Equal(DType.Float32, x.Mm(x).DType);
    }

    [Fact]
    public void A_region_is_seen_by_its_own_thread_only()
    {
        using var scope = new TensorScope();
        Tensor x = Tensor.Randn([4, 4]);
        using (new Autocast(DeviceType.Cpu, DType.BFloat16))
        {
            DType other = default;
            var thread = new Thread(() =>
            {
                using var inner = new TensorScope();
                other = x.Mm(x).DType;
            });
            thread.Start();
            thread.Join();
            Assert.Equal(DType.Float32, other);
        }
    }

    [Fact]
    public void A_weight_changed_between_two_regions_counts_in_the_second()
    {
        using var scope = new TensorScope();
        Tensor x = Tensor.Ones([1, 2]);
        Tensor weight = Tensor.Ones([2, 2]);
        weight.RequiresGrad = true;
        for (int i = 1; i <= 2; i++)
        {
            using (new Autocast(DeviceType.Cpu, DType.BFloat16))
                Assert.Equal(2.0 * i, x.Mm(weight).Detach().Max().ToDouble());
            using (new NoGrad())
                weight.MulInPlace(2);
        }
    }

    [Theory]
    [InlineData(DeviceType.Cpu, DType.Float16)]
    [InlineData(DeviceType.Cpu, DType.Float32)]
    [InlineData(DeviceType.Cuda, DType.Int8)]
    public void A_type_that_a_device_cannot_compute_in_is_refused(DeviceType device, DType dtype) =>
        Assert.Throws<ArgumentException>(() => new Autocast(device, dtype));
}
