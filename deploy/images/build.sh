#!/bin/sh
# The image's build, as a script that needs no container engine: an environment with everything that is locked, the package
# in it, and proof that what was installed - not the checkout - works.
#
#   sh deploy/images/build.sh TARGET [ENVIRONMENT]
#
# TARGET is where the environment is made. ENVIRONMENT, if given, is one that has the requirements already: nothing is
# downloaded then (for tests). Run it in a directory that holds pyproject.toml, requirements.*, schemas, services and deploy,
# and that may be written in.
set -eu

target=$1
borrowed=${2:-}

if [ -n "$borrowed" ]; then
    python3 -m venv --without-pip "$target"
    pip="$borrowed/bin/python -m pip --python $target/bin/python"
    # a path in a .pth file is searched, but .pth files in it are not obeyed: an editable install there stays out
    site=$("$target/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    "$borrowed/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > "$site/borrowed.pth"
else
    python3 -m venv "$target"
    pip="$target/bin/python -m pip"
    $pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
fi
$pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

# From here on in an empty directory: what is imported is what was installed.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
"$target/bin/gouji" --version
for service in "$target"/lib/python3*/site-packages/services/*/service.py; do
    name=$(basename "$(dirname "$service")")
    "$target/bin/python" -m "services.$name.service" --help > help.txt
    grep -q KAFKA_BOOTSTRAP_SERVERS help.txt
    echo "services.$name.service answers"
done
"$target/bin/python" -c '
from pathlib import Path
from deploy.local.samples.site import FINAL_PDF, pages
Path("sample.pdf").write_bytes(pages(1)[FINAL_PDF][1])
'
found=0
"$target/bin/gouji" check --lang en sample.pdf > found.txt || found=$?
test "$found" -eq 1 # discrepancies found: the vocabularies and rules are all there
tail -n +2 found.txt | head -n 2
