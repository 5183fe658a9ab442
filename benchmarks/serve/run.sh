#!/usr/bin/env bash
# The service under load: ./build.sh bench serve [--model MODEL] [--images FOLDER] [--seconds 10] [--clients 16] [--concurrency 2] [--batches]
# Without a model the shipped 'person' is exported.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$here/../.."
model="" images="$root/samples/mushrooms/val" options=()
while [[ $# -gt 0 ]]; do
    case "$1" in
        --model) model="$2"; shift 2 ;;
        --images) images="$2"; shift 2 ;;
        *) options+=("$1"); shift ;;
    esac
done

dotnet build --configuration Release --verbosity quiet "$here/Panoptes.Benchmarks.Serve.csproj" >&2
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
if [[ "$model" != *.onnx ]]; then
    "$root/artifacts/panoptes" export --model "${model:-person}" --output "$work/model.onnx" >&2
    model="$work/model.onnx"
fi

"$here/bin/Release/net10.0/Panoptes.Benchmarks.Serve" "$root/artifacts/app/Panoptes.Cli.dll" "$model" "$images" ${options[@]+"${options[@]}"}
