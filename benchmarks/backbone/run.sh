#!/usr/bin/env bash
# A backbone, forward and backward, ours and torchvision's (in both memory orders) in turn: ./build.sh bench backbone
#   [--steps 5] and what the programs take: [--type resnext101_32x8d] [--height 320] [--width 320] [--batch 1] [--threads 2]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
steps=5
if [[ "${1:-}" == --steps ]]; then steps="$2"; shift 2; fi

source "$here/../python.sh"
python="$(find_python 'import torch, torchvision')"
if [[ -z "$python" ]]; then
    echo "backbone: no python3 with torch and torchvision (apt-get install python3-torch python3-torchvision)" >&2
    exit 1
fi

dotnet build --configuration Release --verbosity quiet "$here/Backbone.csproj" >&2
"$python" "$here/../deform_conv/run.py" "$steps" "$@" -- \
    dotnet "$here/bin/Release/net10.0/Backbone.dll" -- \
    "$python" "$here/backbone.py" -- \
    "$python" "$here/backbone.py" --channels-last
