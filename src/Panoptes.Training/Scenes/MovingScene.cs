using Panoptes.Masks;
using Panoptes.Training.Data;

namespace Panoptes.Training.Scenes;

/// <summary>
/// Draws a video with known tracks: the things of <see cref="SceneGenerator"/> enter, cross, hide each other and leave, each at a speed of
/// its own, with a slow sway; some stay where they are. The camera does not move. Every frame can be drawn by itself.
/// </summary>
internal sealed class MovingScene
{
    private const int FewestVisiblePixels = 40;
    private const double FavoritePattern = 0.5;

    private readonly MovingSceneOptions _options;
    private readonly Path[] _paths;
    private readonly SceneCanvas _backdrop;
    private readonly SceneCamera _camera;

    /// <summary>Plans the video.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its range.</exception>
    public MovingScene(MovingSceneOptions options)
    {
        options.Validate();
        _options = options;
        NoiseSet noise = new();
        RandomStream random = new(options.Seed);
        _backdrop = new SceneCanvas(options.Width, options.Height);
        Backdrop.Paint(_backdrop, noise, ref random);
        _paths = new Path[options.Things];
        for (int i = 0; i < _paths.Length; i++) _paths[i] = new Path(options, noise, ref random);
        _camera = new SceneCamera(ref random);
    }

    /// <summary>Draws an image.</summary>
    /// <param name="frame">Its place in the video, from 0 on.</param>
    public MovingFrame Draw(int frame)
    {
        SceneCanvas canvas = new(_options.Width, _options.Height);
        _backdrop.Tones.CopyTo(canvas.Tones, 0);
        _backdrop.Stuff.CopyTo(canvas.Stuff, 0);
        int[] whole = new int[_paths.Length];
        for (int i = 0; i < _paths.Length; i++)
        {
            Thing thing = _paths[i].At(frame);
            if (!IsNear(thing)) continue;
            using ThingLayer layer = new(thing, canvas.Width, canvas.Height);
            whole[i] = layer.CountPixels(canvas);
            layer.PaintShadow(canvas);
            layer.PaintSurface(canvas, (byte)(i + 1));
        }

        RandomStream noise = new(_options.Seed, 1, (ulong)frame);
        return new MovingFrame(_camera.Develop(canvas, ref noise), [.. Visible(canvas, whole)]);
    }

    // What is further off has no pixel in the image, nor its shadow.
    private bool IsNear(Thing thing) =>
        thing.CenterX + 1.5f * thing.Radius > 0 && thing.CenterX - 1.5f * thing.Radius < _options.Width
        && thing.CenterY + 1.5f * thing.Radius > 0 && thing.CenterY - 1.5f * thing.Radius < _options.Height;

    private IEnumerable<MovingThing> Visible(SceneCanvas canvas, int[] whole)
    {
        byte[] mask = new byte[canvas.Owners.Length];
        for (int i = 0; i < _paths.Length; i++)
        {
            for (int pixel = 0; pixel < mask.Length; pixel++) mask[pixel] = canvas.Owners[pixel] == i + 1 ? (byte)1 : (byte)0;
            Rle visible = Rle.FromMask(mask, canvas.Height, canvas.Width);
            if (visible.Area < FewestVisiblePixels) continue;
            SceneCategory category = SceneCategories.Things[_paths[i].Thing.ClassIndex];
            yield return new MovingThing(i + 1, category, visible, (double)visible.Area / whole[i]);
        }
    }

    /// <summary>A thing's way through the video.</summary>
    private sealed class Path
    {
        private readonly float _middle;
        private readonly float _speedX, _speedY;
        private readonly float _sway, _turns, _phase;

        public Path(MovingSceneOptions options, NoiseSet noise, ref RandomStream random)
        {
            float side = Math.Min(options.Width, options.Height);
            float radius = side * random.NextSingle(0.05f, 0.17f);
            // In the middle of its way it is in the image, so that ways cross there.
            float x = options.Width * random.NextSingle(0.15f, 0.85f);
            float y = options.Height * random.NextSingle(0.15f, 0.85f);
            Thing = new Thing(random.NextInt(options.ThingClasses), x, y, radius, FavoritePattern, noise, ref random);
            _middle = random.NextSingle() * options.Frames;
            float speed = random.NextBool(0.2) ? 0 : side * random.NextSingle(0.003f, 0.016f);
            float direction = random.NextSingle();
            (_speedX, _speedY) = (speed * Waves.Cosine(direction), speed * Waves.Sine(direction));
            _sway = side * random.NextSingle(0, 0.03f);
            _turns = 1 / random.NextSingle(40, 90);
            _phase = random.NextSingle();
        }

        public Thing Thing { get; }

        public Thing At(int frame)
        {
            float time = frame - _middle;
            float turn = _phase + frame * _turns;
            return Thing.MovedTo(
                Thing.CenterX + time * _speedX + _sway * Waves.Cosine(turn), Thing.CenterY + time * _speedY + _sway * Waves.Sine(turn));
        }
    }
}
