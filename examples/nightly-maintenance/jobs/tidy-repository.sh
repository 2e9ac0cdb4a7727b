# Packs the repository at REPOSITORY (without it, the one this folder is in) and says what that has saved.
set -eu
command -v git >/dev/null || { echo "git: command not found. Install git." >&2; exit 127; }

repository=$(git -C "${REPOSITORY:-.}" rev-parse --absolute-git-dir)

# What git counts, in one line: loose objects, packed ones, packs.
count() {
  git --git-dir="$repository" count-objects -v |
    awk -F': ' '{ n[$1] = $2 } END { print n["count"] " loose and " n["in-pack"] " packed objects, " n["size"] + n["size-pack"] " KiB" }'
}

echo "Before: $(count) in $repository"
git --git-dir="$repository" gc --quiet
echo "After:  $(count)"
