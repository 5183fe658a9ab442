#!/usr/bin/env bash
# A deformable convolution (version 2, 3x3), ours and torchvision's in turn, and the plain convolution: ./build.sh bench deform_conv
#   [--steps 5] and what the programs take: [--height 100] [--width 167] [--channels 256] [--batch 1] [--threads 2]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
steps=5
source "$here/../turns.sh" DeformConv "$@"
"$python" "$here/run.py" "$steps" "${options[@]}" -- "${ours[@]}" -- "$python" "$here/deform_conv.py" -- "${ours[@]}" --plain
