using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Datasets;

/// <summary>Datasets small enough to be counted by hand.</summary>
internal static class SmallDataset
{
    /// <summary>Two cats, a dog and a crowd of cats in two images of three; one class has a name that needs escaping.</summary>
    public const string Instances = """
        {"images":[{"id":1,"file_name":"a.jpg","width":100,"height":100},
                   {"id":2,"file_name":"sub/b<&\".jpg","width":200,"height":100},
                   {"id":3,"file_name":"c.jpg","width":50,"height":50}],
         "categories":[{"id":1,"name":"cat"},{"id":5,"name":"dog"},{"id":9,"name":"<b>&\"bird"}],
         "annotations":[
          {"id":11,"image_id":1,"category_id":1,"iscrowd":0,"area":400,"bbox":[10,10,20,20],
           "segmentation":[[10,10,30,10,30,30,10,30]]},
          {"id":12,"image_id":1,"category_id":5,"iscrowd":0,"area":2000,"bbox":[0,0,40,50],
           "segmentation":[[0,0,40,0,40,50,0,50],[0,0,5,0,5,5]]},
          {"id":13,"image_id":2,"category_id":1,"iscrowd":0,"area":10000,"bbox":[100,0,100,100],
           "segmentation":{"size":[100,200],"counts":[10000,10000]}},
          {"id":14,"image_id":2,"category_id":1,"iscrowd":1,"area":50,"bbox":[0,0,1,50],
           "segmentation":{"size":[100,200],"counts":[0,50,19950]}}]}
        """;

    /// <summary>A cat whose stated area is wrong, a crowd of cats, and sky; the second image is not annotated.</summary>
    public const string Panoptic = """
        {"images":[{"id":1,"file_name":"a.jpg","width":20,"height":10},{"id":2,"file_name":"b.jpg","width":10,"height":10}],
         "categories":[{"id":1,"name":"cat","isthing":1},{"id":7,"name":"sky","isthing":0}],
         "annotations":[{"image_id":1,"file_name":"a.png","segments_info":[
          {"id":70000,"category_id":1,"area":1,"iscrowd":0,"bbox":[0,0,10,2]},
          {"id":3,"category_id":1,"area":10,"iscrowd":1,"bbox":[0,2,10,1]},
          {"id":2,"category_id":7,"area":60,"iscrowd":0,"bbox":[0,3,10,6]}]}]}
        """;

    /// <summary>The labels of the panoptic image: the cat's 20 pixels, the crowd's 10, the sky's 60, and 10 that are void.</summary>
    public static LabelMap PanopticLabels()
    {
        LabelMap labels = new(10, 10);
        for (int y = 0; y < 10; y++)
        {
            labels.Row(y).Fill(y < 2 ? 70000 : y < 3 ? 3 : y < 9 ? 2 : 0);
        }

        return labels;
    }
}
