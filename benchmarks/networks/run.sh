#!/usr/bin/env bash
# Networks with random weights in turn: libtorch, ONNX Runtime in float and in 8 bits, and two peers in PyTorch:
#   ./build.sh bench networks [--steps 10] [--config embedmask_r50_fpn_1x] [--size 800x1088] [--threads 2]
# The peers are EmbedMask-R50 in PyTorch eager and torchvision's Mask R-CNN-R50; they run with the default configuration only.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
steps=10
config=embedmask_r50_fpn_1x
if [[ "${1:-}" == --steps ]]; then steps="$2"; shift 2; fi
if [[ "${1:-}" == --config ]]; then config="$2"; shift 2; fi
source "$here/../turns.sh" Networks "$@"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${ours[@]}" make "$work" "$config"
peers=()
if [[ "$config" == embedmask_r50_fpn_1x ]]; then
    peers=(-- "$python" "$here/eager.py" -- "$python" "$here/eager.py" --maskrcnn)
fi

"$python" "$here/../train_step/run.py" "$steps" "${options[@]}" -- \
    "${ours[@]}" run "$work/libtorch.safetensors" -- \
    "${ours[@]}" run "$work/fp32.onnx" -- \
    "${ours[@]}" run "$work/int8.onnx" "${peers[@]}"
