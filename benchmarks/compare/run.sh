#!/usr/bin/env bash
# Panoptes and torchvision's Mask R-CNN with the same ImageNet features, images, sizes, passes and kind of schedule:
#   ./build.sh bench compare coco_person|dsb2018|pennfudan|segmush IMAGES ITERATIONS OUTPUT ANNOTATIONS...
# The splits are the lists of names in splits/. MASKRCNN_RATE sets the peer's learning rate (0.0002), MASKRCNN_REGIONS how many regions
# of an image train its second stage (128; torchvision's default is 512).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
tool="$here/../../artifacts/panoptes"
source "$here/../python.sh"
if (($# < 5)); then
    echo "compare: give coco_person, dsb2018, pennfudan or segmush, the folder of the images, the iterations, a folder for the results, and COCO files" >&2
    exit 2
fi

python="$(find_python 'import torch, torchvision, PIL')"
if [[ -z "$python" ]]; then
    echo "compare: no Python with torch, torchvision and PIL was found; name one in PANOPTES_PYTHON" >&2
    exit 1
fi

dataset="$1" images="$2" iterations="$3" output="$4"
shift 4
mkdir -p "$output"
for part in train val; do
    "$python" "$here/select_images.py" "$here/splits/${dataset}_$part.txt" "$output/$part.json" "$@"
done

detections=100
case "$dataset" in
    coco_person | pennfudan) sizes="[256, 288, 320, 352]" test=352 ;;
    dsb2018) sizes="[256, 288, 320]" test=320 ;;
    segmush) sizes="[320, 352, 384, 416]" test=416 detections=300 ;;
    *) echo "compare: '$dataset' has no lists in splits/" >&2; exit 2 ;;
esac
settings=(input.short_side="$sizes" input.long_side=576 model.detection.max_detections="$detections")

data=(data.train.images="$images" data.train.annotations="$output/train.json" data.val.images="$images" data.val.annotations="$output/val.json")
for method in embedmask meinst; do
    if [[ ! -e "$output/$method/last.safetensors" ]]; then
        "$tool" train "${method}_finetune" "${data[@]}" "${settings[@]}" schedule.iterations="$iterations" \
            evaluation.every=1000000 checkpoint.every=1000000 evaluation.samples=0 --output "$output/$method" | tee "$output/$method.log"
    fi

    "$tool" eval --model "$output/$method/last.safetensors" --images "$images" --annotations "$output/val.json" --output "$output/$method-eval" \
        | tee "$output/$method-eval.log"
done

if [[ ! -e "$output/maskrcnn.json" ]]; then
    "$tool" import "$here/../../artifacts/app/weights/resnet18_imagenet.onnx" --output "$output/resnet18.safetensors"
    # shellcheck disable=SC2086 # the sizes are words
    "$python" "$here/maskrcnn.py" --weights "$output/resnet18.safetensors" --train "$output/train.json" "$images" --val "$output/val.json" "$images" \
        --iterations "$iterations" --sizes $(tr -d '[],' <<<"$sizes") --test-size "$test" --rate "${MASKRCNN_RATE:-0.0002}" \
        --regions "${MASKRCNN_REGIONS:-128}" --detections "$detections" --output "$output/maskrcnn.json" | tee "$output/maskrcnn.log"
fi

for iou in segm bbox; do
    for method in embedmask meinst; do
        echo "== $method against Mask R-CNN, $iou"
        "$tool" score instances --gt "$output/val.json" --dt "$output/$method-eval/predictions.json" --iou "$iou" --against "$output/maskrcnn.json"
    done

    echo "== Mask R-CNN, $iou"
    "$tool" score instances --gt "$output/val.json" --dt "$output/maskrcnn.json" --iou "$iou"
done
