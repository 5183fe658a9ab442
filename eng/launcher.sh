#!/bin/sh
# Starts the panoptes tool in app/ beside this file, from any folder and through links.
export PANOPTES_LAUNCHER="$0" # how messages and reports call the tool
here=$(readlink -f -- "$0")
here=${here%/*}
# The runtime would load a library for LTTng's traces at every start; set this to 1 to trace with it.
export DOTNET_LTTng="${DOTNET_LTTng:-0}"
for dotnet in dotnet "${DOTNET_ROOT:-/usr/share/dotnet}/dotnet" /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet \
        /usr/local/share/dotnet/dotnet "$HOME/.dotnet/dotnet"; do
    if command -v "$dotnet" >/dev/null 2>&1; then
        exec "$dotnet" "$here/app/Panoptes.Cli.dll" "$@"
    fi
done
echo "panoptes: the .NET 10 runtime is not there ('dotnet' is not on PATH and DOTNET_ROOT is not set)." >&2
exit 1
