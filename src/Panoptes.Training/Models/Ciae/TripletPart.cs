namespace Panoptes.Training.Models.Ciae;

/// <summary>What a strip of an image adds to its loss and gradients.</summary>
/// <param name="Loss">Σ_i Σ_k l_ik over the strip's pixels.</param>
/// <param name="FirstRow">The embedding's row that <paramref name="Gradient"/> begins with.</param>
/// <param name="Gradient">With respect to the embedding: [rows, w, D]; empty where nothing is learned.</param>
/// <param name="ToQueries">With respect to the queries: [K, D]; empty where nothing is learned.</param>
internal readonly record struct TripletPart<T>(double Loss, int FirstRow, T[] Gradient, T[] ToQueries);
