#!/usr/bin/env bash
# A convenience on Linux and macOS. On every system `dotnet run --project src/Panoptes.Cli -- ...` and `dotnet test` do the same.
#
#   ./build.sh [build]              build everything; the tool is then artifacts/panoptes
#   ./build.sh demo [OPTION ...]    build, then `panoptes demo`: train on photographs, evaluate, write report.html
#   ./build.sh test [OPTION ...]    build and run every test project; options go to the test platform,
#                                   for example --filter-class '*RleTests' or --filter-namespace Panoptes.Masks
#   ./build.sh test --nightly ...   the same with the long tests too, which take minutes each
#   ./build.sh api                build, then rewrite the lists of public members (src/*/PublicApi.txt)
#   ./build.sh bench [NAME ...]     build, then run the named benchmarks (none named: list them)
#   ./build.sh clean                delete everything that a build made
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
artifacts="$root/artifacts"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

# global.json counts only in and below its own folder; what follows a command keeps the caller's folder.
in_root() { (cd "$root" && "$@"); }

need_sdk() {
    if ! in_root dotnet --version >/dev/null 2>&1; then
        echo "build.sh: the .NET SDK 10 was not found. Install it: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
        exit 1
    fi
}

# Messages of the build go to stderr: stdout belongs to the result (`./build.sh demo --json`).
build() {
    need_sdk
    in_root dotnet build Panoptes.slnx --verbosity quiet >&2
}

build_tool() {
    need_sdk
    in_root dotnet publish src/Panoptes.Cli --output "$artifacts/app" --verbosity quiet >&2
    # Written next to it and renamed, so that a launcher in use is never half written.
    install -m 755 "$root/eng/launcher.sh" "$artifacts/panoptes.new"
    mv -f "$artifacts/panoptes.new" "$artifacts/panoptes"
}

# Runs every test project and ends with one line that a script can read.
run_tests() {
    local log status=0 passed failed skipped died option options=()
    for option in "$@"; do
        case "$option" in
            --nightly) options+=(--explicit on) ;;
            *) options+=("$option") ;;
        esac
    done
    log="$(mktemp)"
    trap 'rm -f "$log"' RETURN
    # With a filter most projects have nothing to run (exit code 8), which is no failure as long as one has.
    in_root dotnet test --no-build --ignore-exit-code 8 ${options[@]+"${options[@]}"} 2>&1 | tee "$log" || status=$?

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

    echo "$passed passed, $failed failed, $skipped skipped"
    ((status == 0 && failed == 0))
}

clean() {
    rm -rf "$artifacts"
    find "$root/src" "$root/tests" "$root/benchmarks" "$root/eng" -type d \( -name bin -o -name obj -o -name TestResults \) \
        -prune -exec rm -rf {} + 2>/dev/null || true
}

command="${1:-build}"
shift || true
case "$command" in
    build)
        build
        build_tool
        echo "Built: $artifacts/panoptes" >&2
        ;;
    demo)
        build_tool
        exec "$artifacts/panoptes" demo "$@"
        ;;
    test)
        build
        run_tests "$@"
        ;;
    api)
        build
        PANOPTES_UPDATE_API=1 run_tests --filter-class '*PublicApiTests'
        ;;
    bench)
        build_tool
        exec "$root/benchmarks/run.sh" "$@"
        ;;
    clean)
        clean
        ;;
    -h | --help | help)
        sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "${BASH_SOURCE[0]}"
        ;;
    *)
        echo "build.sh: unknown command '$command': build, demo, test, api, bench or clean." >&2
        exit 2
        ;;
esac
