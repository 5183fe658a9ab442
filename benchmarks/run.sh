#!/usr/bin/env bash
# Runs benchmarks by name: benchmarks/NAME/run.sh, or the project benchmarks/NAME/*.csproj.
#
#   benchmarks/run.sh                  list what there is
#   benchmarks/run.sh NAME [ARG ...]   run one; the arguments are its own
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

list() {
    local folder found=no
    for folder in "$here"/*/; do
        if [[ -e "$folder/run.sh" ]] || compgen -G "$folder/*.csproj" >/dev/null; then
            found=yes
            basename "$folder"
        fi
    done
    if [[ "$found" == no ]]; then echo "There are no benchmarks yet." >&2; fi
}

if (($# == 0)); then
    list
    exit 0
fi

name="$1"
shift
if [[ -e "$here/$name/run.sh" ]]; then
    exec bash "$here/$name/run.sh" "$@"
elif compgen -G "$here/$name/*.csproj" >/dev/null; then
    exec dotnet run --project "$here/$name" --configuration Release -- "$@"
else
    echo "bench: no benchmark is named '$name'. Those there are:" >&2
    list >&2
    exit 2
fi
