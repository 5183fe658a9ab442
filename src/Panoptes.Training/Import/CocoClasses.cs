using System.Globalization;
using Panoptes.Inference;

namespace Panoptes.Training.Import;

/// <summary>COCO's classes, for weights that were trained on it: files of weights do not name their classes.</summary>
internal static class CocoClasses
{
    private const int Things = 80;
    private const int Ids = 91; // torchvision numbers classes by COCO's ids, 0 and the unused ones included

    private const string Names =
        "person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,,stop sign,parking meter,bench,bird,cat,"
        + "dog,horse,sheep,cow,elephant,bear,zebra,giraffe,,backpack,umbrella,,,handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,"
        + "kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,,wine glass,cup,fork,knife,spoon,bowl,banana,apple,"
        + "sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,,dining table,,,toilet,,tv,laptop,mouse,"
        + "remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,,book,clock,vase,scissors,teddy bear,hair drier,toothbrush";

    /// <summary>The classes of a network that has this many; numbers if the count is not COCO's.</summary>
    public static IReadOnlyList<ModelClass> For(long count)
    {
        string[] names = ["", .. Names.Split(',')];
        return count switch
        {
            Things => [.. names.Index().Where(entry => entry.Item.Length > 0).Select(entry => new ModelClass(entry.Item, entry.Index))],
            Ids => [.. names.Index().Select(entry =>
                new ModelClass(entry.Item.Length > 0 ? entry.Item : Unnamed("unused", entry.Index), entry.Index))],
            _ => [.. Enumerable.Range(1, (int)count).Select(id => new ModelClass(Unnamed("class", id), id))],
        };
    }

    private static string Unnamed(string kind, int id) => string.Create(CultureInfo.InvariantCulture, $"{kind} {id}");
}
