# Shows how full the disk under REPORT_FOLDER is (without it, the folder above the examples), and the folder's five
# largest entries. Warns when the disk is fuller than WARN_ABOVE per cent.
set -eu
folder=$(cd "${REPORT_FOLDER:-../..}" && pwd)
limit=${WARN_ABOVE:-85}

df -Pk "$folder"
used=$(df -Pk "$folder" | awk 'NR == 2 { sub("%", "", $5); print $5 }')

echo "The largest in $folder (KiB):"
# A folder that may not be read is a line on stderr and no reason to fail.
{ du -xk -d 1 "$folder" || true; } | sort -rn | head -n 6

if [ "$used" -gt "$limit" ]; then
  echo "WARNING: the disk is $used % full; the limit is $limit %." >&2
else
  echo "The disk is $used % full; the limit is $limit %."
fi
