namespace Panoptes.Training.Data;

/// <summary>A part of a resized image: what a training image is cut to. Its size is that of the transform it belongs to.</summary>
/// <param name="ImageWidth">Width of the whole resized image, in pixels.</param>
/// <param name="ImageHeight">Height of the whole resized image, in pixels.</param>
/// <param name="Left">Column of the window's left edge in it, before mirroring.</param>
/// <param name="Top">Row of the window's top edge in it.</param>
public readonly record struct ImageWindow(int ImageWidth, int ImageHeight, int Left, int Top);
