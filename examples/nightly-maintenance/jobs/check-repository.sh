# Reads every object of the repository at REPOSITORY (without it, of the one this folder is in) and checks it.
set -eu
command -v git >/dev/null || { echo "git: command not found. Install git." >&2; exit 127; }

repository=$(git -C "${REPOSITORY:-.}" rev-parse --absolute-git-dir)
echo "Checking $repository ..."
git --git-dir="$repository" fsck --full --no-dangling --no-progress
echo "No damage found among $(git --git-dir="$repository" rev-list --all --count) commits."
