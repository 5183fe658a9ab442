using System.Globalization;
using System.Text.RegularExpressions;

namespace Panoptes.Training.Import;

/// <summary>
/// From the names that other programs give their tensors to those of a network here: torchvision, timm and Hugging Face's Transformers;
/// detectron2 and AdelaiDet; maskrcnn-benchmark with FCOS and EmbedMask; Caffe2's blobs.
/// </summary>
internal static class TensorNames
{
    private static readonly (Regex Pattern, MatchEvaluator Replacement)[] s_rules =
    [
        Rule(@"^module\.", ""), // DataParallel

        // Caffe2's blobs, which detectron2's backbones by MSRA have, with normalizations in three spellings (detectron2's
        // c2_model_loading.py lists them); without statistics they are an affine map.
        Rule(@"^conv1_w$", "conv1.weight"),
        Rule(@"^res_conv1_bn_", "bn1_"),
        Rule(@"^res(\d)_(\d+)_branch2([abc])_(bn_)?", m =>
            $"layer{Less(m, 1)}.{m.Groups[2]}.{(m.Groups[4].Success ? "bn" : "conv")}{m.Groups[3].Value[0] - 'a' + 1}_"),
        Rule(@"^res(\d)_(\d+)_branch1_bn_", m => $"layer{Less(m, 1)}.{m.Groups[2]}.downsample.1_"),
        Rule(@"^res(\d)_(\d+)_branch1_", m => $"layer{Less(m, 1)}.{m.Groups[2]}.downsample.0_"),
        Rule(@"^(bn1|layer.*)_(?:w|s|gamma)$", "$1.weight"),
        Rule(@"^(bn1|layer.*)_(?:b|beta|bias)$", "$1.bias"),
        Rule(@"^(bn1|layer.*)_(?:running_mean|rm)$", "$1.running_mean"),
        Rule(@"^(bn1|layer.*)_(?:running_var|riv)$", "$1.running_var"),

        // Hugging Face's Transformers.
        Rule(@"^resnet\.", ""),
        Rule(@"^embedder\.embedder\.convolution\.", "conv1."),
        Rule(@"^embedder\.embedder\.normalization\.", "bn1."),
        Rule(@"^encoder\.stages\.(\d)\.layers\.(\d+)\.", m => $"layer{Less(m, 1, -1)}.{m.Groups[2]}."),
        Rule(@"^(layer\d\.\d+)\.layer\.(\d)\.(convolution|normalization)\.", m =>
            $"{m.Groups[1]}.{(m.Groups[3].Value == "convolution" ? "conv" : "bn")}{Less(m, 2, -1)}."),
        Rule(@"^(layer\d\.\d+)\.shortcut\.convolution\.", "$1.downsample.0."),
        Rule(@"^(layer\d\.\d+)\.shortcut\.normalization\.", "$1.downsample.1."),

        // The trunks of detectron2 and maskrcnn-benchmark, and torchvision's detectors.
        Rule(@"^backbone\.(?:bottom_up|body)\.", ""),
        Rule(@"^stem\.conv1\.norm\.", "bn1."),
        Rule(@"^stem\.(conv1|bn1)\.", "$1."),
        Rule(@"^res(\d)\.(\d+)\.", m => $"layer{Less(m, 1)}.{m.Groups[2]}."),
        Rule(@"^(layer\d\.\d+)\.conv(\d)\.norm\.", "$1.bn$2."),
        Rule(@"^(layer\d\.\d+)\.shortcut\.norm\.", "$1.downsample.1."),
        Rule(@"^(layer\d\.\d+)\.shortcut\.", "$1.downsample.0."),
        Rule(@"^(layer\d\.\d+)\.conv2\.offset\.", "$1.conv2_offset."),
        Rule(@"^(layer\d\.\d+)\.conv2\.conv\.", "$1.conv2."),
        Rule(@"^(conv1|bn1|layer\d)\.", "backbone.$1."),

        // Feature pyramids.
        Rule(@"^backbone\.fpn_(lateral|output)(\d)\.", "fpn.$1$2."),
        Rule(@"^backbone\.fpn\.fpn_inner(\d)\.", m => $"fpn.lateral{Less(m, 1, -1)}."),
        Rule(@"^backbone\.fpn\.fpn_layer(\d)\.", m => $"fpn.output{Less(m, 1, -1)}."),
        Rule(@"^backbone\.(?:fpn\.)?(?:top_blocks?|extra_blocks)\.", "fpn."),

        // Heads.
        Rule(@"^proposal_generator\.(?:fcos|MEInst)_head\.|^rpn\.head\.", "head."),
        Rule(@"^head\.classification_head\.conv\.", "head.fcos.cls_tower."),
        Rule(@"^head\.regression_head\.conv\.", "head.fcos.bbox_tower."),
        Rule(@"^head\.(?:classification|regression)_head\.(cls_logits|bbox_reg|bbox_ctrness)\.", "head.$1."),
        Rule(@"^head\.bbox_reg\.", "head.bbox_pred."),
        Rule(@"^head\.(?:bbox_)?ctrness\.", "head.centerness."),
        Rule(@"^head\.(cls_tower|bbox_tower|cls_logits|bbox_pred|centerness|scales)\.", "head.fcos.$1."),
        Rule(@"^head\.mask_pred\.conv_l1\.conv\.", "head.mask_pred.column_first."),
        Rule(@"^head\.mask_pred\.conv_l2\.conv\.", "head.mask_pred.row_second."),
        Rule(@"^head\.mask_pred\.conv_r1\.conv\.", "head.mask_pred.row_first."),
        Rule(@"^head\.mask_pred\.conv_r2\.conv\.", "head.mask_pred.column_second."),
        Rule(@"^head\.position_scale\.scale$", "head.position_scale"),
    ];

    // EmbedMask's later version predicts the two dimensions that hold coordinates by a convolution of their own.
    private static readonly Regex s_part = new(@"^head\.(proposal|pixel)_(spatial|other)_embed_pred\.", RegexOptions.CultureInvariant);

    // torchvision counts the levels of its pyramid from the first that it has.
    private static readonly Regex s_level = new(
        @"^backbone\.fpn\.(inner|layer)_blocks\.(\d)\.(?:0\.)?(weight|bias)$", RegexOptions.CultureInvariant);

    /// <summary>Whether a tensor is of no use here, which is no loss: counters, and the layer of ImageNet's classes.</summary>
    public static bool IsIgnored(string name) =>
        name.EndsWith(".num_batches_tracked", StringComparison.Ordinal)
        || name is "fc.weight" or "fc.bias" or "stem.fc.weight" or "stem.fc.bias" or "fc1000_w" or "fc1000_b"
            or "pred_w" or "pred_b" or "classifier.1.weight" or "classifier.1.bias";

    /// <summary>The tensors of a network that a file's tensors become: the parts of each, in the order in which they are joined.</summary>
    /// <param name="names">The names in the file.</param>
    /// <returns>Names of a whole network (<c>backbone.conv1.weight</c>), with those in the file; names that no rule knows stay.</returns>
    /// <exception cref="InvalidDataException">Two tensors would become one.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Map(IReadOnlyCollection<string> names)
    {
        int levels = names.Select(name => s_level.Match(name)).Where(match => match.Success).Select(match => match.Groups[2].Value)
            .Distinct().Count();
        bool isMaskRcnn = names.Any(name => name.StartsWith("rpn.head.conv.", StringComparison.Ordinal)); // torchvision's
        SortedDictionary<string, SortedList<int, string>> targets = new(StringComparer.Ordinal);
        foreach (string name in names.Where(name => !IsIgnored(name)))
        {
            bool isProposal = isMaskRcnn && name.StartsWith("rpn.", StringComparison.Ordinal);
            string target = isProposal ? name : Translate(name, firstLevel: 6 - levels);
            int part = 0;
            if (s_part.Match(target) is { Success: true } match)
            {
                part = match.Groups[2].Value == "spatial" ? 0 : 1;
                target = $"head.{match.Groups[1]}_embed_pred.{target[match.Length..]}";
            }

            if (!targets.TryGetValue(target, out SortedList<int, string>? parts))
            {
                targets[target] = parts = [];
            }

            if (!parts.TryAdd(part, name))
            {
                throw new InvalidDataException($"'{parts[part]}' and '{name}' are the same tensor, '{target}'");
            }
        }

        return targets.ToDictionary(target => target.Key, target => (IReadOnlyList<string>)[.. target.Value.Values]);
    }

    private static string Translate(string name, int firstLevel)
    {
        if (s_level.Match(name) is { Success: true } match)
        {
            string kind = match.Groups[1].Value == "inner" ? "lateral" : "output";
            return $"fpn.{kind}{Less(match, 2, -firstLevel)}.{match.Groups[3]}";
        }

        foreach ((Regex pattern, MatchEvaluator replacement) in s_rules)
        {
            name = pattern.Replace(name, replacement);
        }

        return name;
    }

    private static int Less(Match match, int group, int less = 1) =>
        int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) - less;

    private static (Regex, MatchEvaluator) Rule(string pattern, string replacement) => Rule(pattern, match => match.Result(replacement));

    private static (Regex, MatchEvaluator) Rule(string pattern, MatchEvaluator replacement) =>
        (new Regex(pattern, RegexOptions.CultureInvariant), replacement);
}
