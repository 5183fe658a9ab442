#!/usr/bin/env bash
# Seconds from files to figures, ours and the Python packages' that are installed:
#   ./build.sh bench score GT.json DT.json                              AP
#   ./build.sh bench score GT.json GT_FOLDER DT.json DT_FOLDER          panoptic quality
#   [--images N] [--rounds 5]. The files are repeated under new ids until there are that many images (5000 and 500).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
images="" rounds=5 files=()
while [[ $# -gt 0 ]]; do
    case "$1" in
        --images) images="$2"; shift 2 ;;
        --rounds) rounds="$2"; shift 2 ;;
        *) files+=("$1"); shift ;;
    esac
done

# The Python that has the packages to compare with, if one has.
source "$here/../python.sh"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
case ${#files[@]} in
    2)
        python="$(find_python 'import pycocotools.coco')"
        "${python:=python3}" "$here/tile.py" instances "${files[@]}" "${images:-5000}" "$work/gt.json" "$work/dt.json"
        "$python" "$here/run.py" "$root/artifacts/panoptes" "$rounds" instances "$work/gt.json" "$work/dt.json"
        ;;
    4)
        python="$(find_python 'import panopticapi.evaluation')"
        "${python:=python3}" "$here/tile.py" panoptic "${files[0]}" "${files[2]}" "${images:-500}" "$work/gt.json" "$work/dt.json"
        "$python" "$here/run.py" "$root/artifacts/panoptes" "$rounds" panoptic "$work/gt.json" "${files[1]}" "$work/dt.json" "${files[3]}"
        ;;
    *)
        echo "score: give a COCO instance JSON and a results JSON for it, or a panoptic JSON, its folder, a panoptic results JSON and its folder" >&2
        exit 2
        ;;
esac
