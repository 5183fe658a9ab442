#!/usr/bin/env bash
# Builds, shows, tests and measures Panoptes. What the machine lacks is installed first (eng/install.sh).
#
#   ./build.sh [build]              build everything in Release; the tool is then artifacts/panoptes
#   ./build.sh demo [OPTION ...]    build, then `panoptes demo`: draw data, train, evaluate, write report.html
#   ./build.sh test [OPTION ...]    build and run every test project; options go to the test platform,
#                                   for example --filter-class '*RleTests' or --filter-namespace Panoptes.Masks
#   ./build.sh test --nightly ...   the same with the long tests too: hundreds of steps and predictions that must leave nothing behind
#   ./build.sh bench [NAME ...]     build, then run the named benchmarks (none named: list them)
#   ./build.sh clean                delete everything that a build made
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
artifacts="$root/artifacts"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

# global.json counts only in and below its own folder; what follows a command keeps the caller's folder.
in_root() { (cd "$root" && "$@"); }

# Messages of the build go to stderr: stdout belongs to the result (`./build.sh demo --json`).
build() {
    forget_other_libtorch
    in_root dotnet build "$1" --configuration Release --verbosity quiet >&2
}

# CMake keeps the libtorch it found first; another one asked for means another build of the shim.
forget_other_libtorch() {
    local cache="$artifacts/native/CMakeCache.txt"
    if [[ -e "$cache" ]] && ! grep -qxF "PANOPTES_LIBTORCH:PATH=${PANOPTES_LIBTORCH:-}" "$cache"; then
        echo "Another libtorch than before: building the shim anew." >&2
        rm -rf "$artifacts/native"
    fi
}

publish() {
    in_root dotnet publish src/Panoptes.Cli --configuration Release --no-build --output "$artifacts/app" --verbosity quiet >&2
    # Beside and renamed, so that a launcher in use is never half written.
    install -m 755 "$root/eng/launcher.sh" "$artifacts/panoptes.new"
    mv -f "$artifacts/panoptes.new" "$artifacts/panoptes"
}

build_all() {
    "$root/eng/install.sh" "${1:-build}"
    build Panoptes.slnx
    publish
}

# Runs every test project and ends with one line that a script can read. Tests of the category Nightly take minutes: only on demand.
run_tests() {
    local log status=0 passed failed skipped died option nightly=no options=()
    for option in "$@"; do
        case "$option" in
            --nightly) nightly=yes ;;
            # A query says all by itself: the test platform takes no other filter beside it.
            --filter-query) nightly=yes options+=("$option") ;;
            *) options+=("$option") ;;
        esac
    done
    if [[ $nightly == no ]]; then options+=(--filter-not-trait Category=Nightly); fi
    log="$(mktemp)"
    trap 'rm -f "$log"' RETURN
    # With a filter most projects have nothing to run (exit code 8), which is no failure as long as one has.
    in_root dotnet test --solution Panoptes.slnx --configuration Release --no-build --ignore-exit-code 8 "${options[@]}" 2>&1 |
        tee "$log" || status=$?

    count() { sed -n "s/^  $1: \([0-9]*\)\$/\1/p" "$log" | tail -n 1; }
    passed="$(count succeeded)" failed="$(count failed)" skipped="$(count skipped)" died="$(count error)"
    passed="${passed:-0}" failed="${failed:-0}" skipped="${skipped:-0}" died="${died:-0}"
    if ((status != 0 && died > 0)); then
        echo "$died test project(s) ended without a result: counted as failed."
        failed=$((failed + died))
    fi
    if ((passed + failed + skipped == 0)); then
        echo "No test ran."
        status=1
    fi
    if ((status != 0 && failed == 0)); then failed=1; fi

    echo "$skipped skipped"
    echo "$passed passed, $failed failed"
    ((status == 0 && failed == 0))
}

clean() {
    rm -rf "$artifacts"
    find "$root/src" "$root/tests" "$root/benchmarks" "$root/samples" -type d \( -name bin -o -name obj -o -name TestResults \) \
        -prune -exec rm -rf {} + 2>/dev/null || true
}

command="${1:-build}"
shift || true
case "$command" in
    build)
        build_all
        echo "Built: $artifacts/panoptes" >&2
        ;;
    demo)
        build_all
        exec "$artifacts/panoptes" demo "$@"
        ;;
    test)
        build_all test
        run_tests "$@"
        ;;
    bench)
        build_all
        exec "$root/benchmarks/run.sh" "$@"
        ;;
    clean)
        clean
        ;;
    -h | --help | help)
        sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
        ;;
    *)
        echo "build.sh: unknown command '$command': build, demo, test, bench or clean." >&2
        exit 2
        ;;
esac
