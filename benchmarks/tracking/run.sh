#!/usr/bin/env bash
# What the parts of the tracker are worth: ./build.sh bench tracking. How fast it is: ./build.sh bench tracking speed
# A drawn video as images with its ground truth: ./build.sh bench tracking draw DIR [SEED]
set -euo pipefail
exec dotnet run --project "$(dirname "${BASH_SOURCE[0]}")" --configuration Release -- "$@"
