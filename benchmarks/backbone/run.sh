#!/usr/bin/env bash
# A backbone, forward and backward, ours and torchvision's (in both memory orders) in turn: ./build.sh bench backbone
#   [--steps 5] and what the programs take: [--type resnext101_32x8d] [--height 320] [--width 320] [--batch 1] [--threads 2]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
steps=5
source "$here/../turns.sh" Backbone "$@"
"$python" "$here/../deform_conv/run.py" "$steps" "${options[@]}" -- \
    "${ours[@]}" -- \
    "$python" "$here/backbone.py" -- \
    "$python" "$here/backbone.py" --channels-last
