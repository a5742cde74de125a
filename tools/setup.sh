#!/bin/sh
# Make .venv: the locked dependencies and this project, editable. Called by `make setup`, from the root folder.
# Needs Python >= 3.11 and nothing else. Without `uv` on the PATH it makes a small environment for it first.
set -eu
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV CONDA_PREFIX 2>/dev/null || true
stop() { echo "setup: $*" >&2; exit 1; }

here=$(pwd -P)  # as make's CURDIR is, also when we came through a symbolic link

# A Python of the machine, never a downloaded one. Each candidate is tried: a name on the PATH may be an empty shell.
recent='import sys; raise SystemExit(sys.version_info < (3, 11))'
python=
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c "$recent" >/dev/null 2>&1; then
        python=$("$candidate" -c 'import sys; print(sys.executable)')
        break
    fi
done
[ -n "$python" ] || stop "no Python >= 3.11 on the PATH. Install one, or name it: make setup PYTHON=/path/to/python3"

if [ -d .venv ]; then
    echo "setup: bringing .venv up to date" >&2
else
    echo "setup: making .venv with $("$python" -V 2>&1), once; a minute at most on a fast line" >&2
fi

if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
    uv=uv
else
    uv=.venv-uv/bin/uv
    [ -x .venv-uv/Scripts/uv.exe ] && uv=.venv-uv/Scripts/uv.exe
    if ! "$uv" --version >/dev/null 2>&1; then
        rm -rf .venv-uv
        "$python" -c 'import ensurepip, venv' 2>/dev/null && "$python" -m venv .venv-uv >/dev/null || {
            rm -rf .venv-uv
            stop "$python cannot make environments (its venv or ensurepip is missing)." \
                "On Debian and Ubuntu: apt-get install python3-venv; or put uv on the PATH."
        }
        uv_python=.venv-uv/bin/python
        [ -x .venv-uv/Scripts/python.exe ] && uv_python=.venv-uv/Scripts/python.exe
        "$uv_python" -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-uv.txt ||
            stop "could not install uv into .venv-uv: is a package index reachable?"
        [ -x .venv-uv/Scripts/uv.exe ] && uv=.venv-uv/Scripts/uv.exe
    fi
fi

# An unwritable home must not stop us: keep the cache here then.
if [ -z "${UV_CACHE_DIR:-}" ]; then
    cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/uv
    if ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
        export UV_CACHE_DIR="$here/.venv-uv/cache"
    fi
fi
export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1

# Begin anew when the environment is broken, older than 3.11, or came from another folder with a copy.
venv_python=.venv/bin/python
[ -x .venv/Scripts/python.exe ] && venv_python=.venv/Scripts/python.exe
if ! "$venv_python" -c "$recent" >/dev/null 2>&1 || [ "$(cat .venv/.folder 2>/dev/null)" != "$here" ]; then
    rm -rf .venv
    "$uv" venv --quiet --no-project --python "$python" .venv
    venv_python=.venv/bin/python
    [ -x .venv/Scripts/python.exe ] && venv_python=.venv/Scripts/python.exe
fi

# Exactly the locked versions, each checked against its hash; then the project, built by the locked hatchling.
"$uv" pip sync --quiet --python "$venv_python" --require-hashes --compile-bytecode requirements.txt
"$uv" pip install --quiet --python "$venv_python" --no-deps --no-build-isolation --editable .
"$venv_python" -m compileall -q src >/dev/null 2>&1 || true  # so that the first start is as quick as the next
echo "setup: compiling the simulation engine, once (about 20 s)" >&2
"$venv_python" -c 'from depthsim.engines.compiled import ready; ready()' >/dev/null 2>&1 || true  # else the first run does
printf '%s' "$here" > .venv/.folder
