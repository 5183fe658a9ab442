#!/usr/bin/env bash
# Seconds from COCO files to AP, ours and the Python packages' that are installed: ./build.sh bench score GT.json DT.json
#   [--pictures 5000] [--rounds 5]. The files are repeated under new ids until there are that many pictures.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
pictures=5000 rounds=5 files=()
while [[ $# -gt 0 ]]; do
    case "$1" in
        --pictures) pictures="$2"; shift 2 ;;
        --rounds) rounds="$2"; shift 2 ;;
        *) files+=("$1"); shift ;;
    esac
done
if [[ ${#files[@]} -ne 2 ]]; then
    echo "score: give a COCO instance JSON and a results JSON for it" >&2
    exit 2
fi

# The Python that has the packages to compare with, if one has.
source "$here/../python.sh"
python="$(find_python 'import pycocotools.coco')"
python="${python:-python3}"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$python" "$here/tile.py" "${files[@]}" "$pictures" "$work/gt.json" "$work/dt.json"
"$python" "$here/run.py" "$root/artifacts/panoptes" "$work/gt.json" "$work/dt.json" "$rounds"
