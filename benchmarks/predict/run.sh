#!/usr/bin/env bash
# A model by libtorch and its export by ONNX Runtime, in turns, on the same images:
#   ./build.sh bench predict MODEL.safetensors IMAGES [ROUNDS]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
tool="$here/../../artifacts/panoptes"
if (($# < 2)); then
    echo "predict: give a model and a folder of images" >&2
    exit 2
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$tool" export --model "$1" --output "$work/model.onnx"
python3 "$here/run.py" "$tool" "$1" "$work/model.onnx" "$2" "${3:-5}" "$work"
