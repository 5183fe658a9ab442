#!/usr/bin/env bash
# 100 of MEInst's masks, from coefficients to run lengths of 800x1066, beside PyTorch eager: ./build.sh bench paste
#   [ANNOTATIONS.json] [--rounds 20]. With a COCO instance JSON its objects are pasted, otherwise made-up ones.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
rounds=20 files=()
while [[ $# -gt 0 ]]; do
    case "$1" in
        --rounds) rounds="$2"; shift 2 ;;
        *) files+=("$1"); shift ;;
    esac
done

dotnet build --configuration Release --verbosity quiet "$here/Paste.csproj" >&2
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
programs=(dotnet "$here/bin/Release/net10.0/Paste.dll" "$work" "${files[@]}")
source "$here/../python.sh"
python="$(find_python 'import torch')"
if [[ -n "$python" ]]; then
    programs+=(-- "$python" "$here/paste.py" "$work" -- "$python" "$here/paste.py" "$work" whole)
else
    echo "paste: no python3 with torch (apt-get install python3-torch): ours alone is measured" >&2
fi
"${python:-python3}" "$here/run.py" "$work" "$rounds" "${programs[@]}"
