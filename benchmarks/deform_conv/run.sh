#!/usr/bin/env bash
# A deformable convolution (version 2, 3x3), ours and torchvision's in turn, and the plain convolution: ./build.sh bench deform_conv
#   [--steps 5] and what the programs take: [--height 100] [--width 167] [--channels 256] [--batch 1] [--threads 2]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
steps=5
if [[ "${1:-}" == --steps ]]; then steps="$2"; shift 2; fi

source "$here/../python.sh"
python="$(find_python 'import torch, torchvision')"
if [[ -z "$python" ]]; then
    echo "deform_conv: no python3 with torch and torchvision (apt-get install python3-torch python3-torchvision)" >&2
    exit 1
fi

dotnet build --configuration Release --verbosity quiet "$here/DeformConv.csproj" >&2
ours=(dotnet "$here/bin/Release/net10.0/DeformConv.dll")
"$python" "$here/run.py" "$steps" "$@" -- "${ours[@]}" -- "$python" "$here/deform_conv.py" -- "${ours[@]}" --plain
