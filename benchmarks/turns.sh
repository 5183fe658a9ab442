# For benchmarks that let programs step in turn. `source turns.sh PROJECT "$@"` builds PROJECT.csproj in $here and leaves
#   $ours     the command of the built program
#   $python   a Python with torch and torchvision
#   $steps    the number behind --steps, if the arguments begin with it
#   $options  the other arguments, which every program takes
project="$1"
shift
if [[ "${1:-}" == --steps ]]; then steps="$2"; shift 2; fi
options=("$@")

source "$here/../python.sh"
python="$(find_python 'import torch, torchvision')"
if [[ -z "$python" ]]; then
    echo "$(basename "$here"): no python3 with torch and torchvision (apt-get install python3-torch python3-torchvision)" >&2
    exit 1
fi

dotnet build --configuration Release --verbosity quiet "$here/$project.csproj" >&2
ours=(dotnet "$here/bin/Release/net10.0/$project.dll")
