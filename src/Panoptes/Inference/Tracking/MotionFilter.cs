using Panoptes.Masks;

namespace Panoptes.Inference.Tracking;

/// <summary>
/// Where an object is and how it moves: a Kalman filter of constant velocity for center, width and height of its box. Noise is
/// proportional to the object's size, with the constants of DeepSORT (arXiv 1703.07402) that ByteTrack took over. All noise is
/// independent, so that four filters of two numbers each are the filter of eight.
/// </summary>
internal struct MotionFilter
{
    private const double PositionNoise = 1.0 / 20;
    private const double VelocityNoise = 1.0 / 160;

    private Axis _x;
    private Axis _y;
    private Axis _width;
    private Axis _height;

    /// <summary>Starts at rest.</summary>
    /// <param name="box">The first box.</param>
    public MotionFilter(Box box)
    {
        double size = SizeOf(box);
        _x = new Axis((box.X1 + box.X2) / 2, size);
        _y = new Axis((box.Y1 + box.Y2) / 2, size);
        _width = new Axis(box.Width, size);
        _height = new Axis(box.Height, size);
    }

    /// <summary>The box where the object is now.</summary>
    public readonly Box Box
    {
        get
        {
            double halfWidth = Math.Max(_width.Value, 1) / 2;
            double halfHeight = Math.Max(_height.Value, 1) / 2;
            return new Box(_x.Value - halfWidth, _y.Value - halfHeight, _x.Value + halfWidth, _y.Value + halfHeight);
        }
    }

    /// <summary>Goes to the next image.</summary>
    /// <param name="grows">Whether the size may go on changing as it did.</param>
    public void Predict(bool grows)
    {
        double size = SizeOf(Box);
        if (!grows)
        {
            _width.Stop();
            _height.Stop();
        }

        _x.Predict(size);
        _y.Predict(size);
        _width.Predict(size);
        _height.Predict(size);
    }

    /// <summary>Corrects the prediction by what was seen.</summary>
    public void Correct(Box box)
    {
        double size = SizeOf(Box);
        _x.Correct((box.X1 + box.X2) / 2, size);
        _y.Correct((box.Y1 + box.Y2) / 2, size);
        _width.Correct(box.Width, size);
        _height.Correct(box.Height, size);
    }

    private static double SizeOf(Box box) => Math.Max((box.Width + box.Height) / 2, 1);

    /// <summary>A value, its velocity per image, and their covariance.</summary>
    private struct Axis(double value, double size)
    {
        private double _velocity;
        private double _valueVariance = Square(2 * PositionNoise * size);
        private double _velocityVariance = Square(10 * VelocityNoise * size);
        private double _covariance;

        public double Value { get; private set; } = value;

        public void Stop() => _velocity = 0;

        public void Predict(double size)
        {
            Value += _velocity;
            _valueVariance += (2 * _covariance) + _velocityVariance + Square(PositionNoise * size);
            _covariance += _velocityVariance;
            _velocityVariance += Square(VelocityNoise * size);
        }

        public void Correct(double measured, double size)
        {
            double variance = _valueVariance + Square(PositionNoise * size);
            double valueGain = _valueVariance / variance;
            double velocityGain = _covariance / variance;
            double error = measured - Value;
            Value += valueGain * error;
            _velocity += velocityGain * error;
            _velocityVariance -= velocityGain * _covariance;
            _covariance *= 1 - valueGain;
            _valueVariance *= 1 - valueGain;
        }

        private static double Square(double number) => number * number;
    }
}
