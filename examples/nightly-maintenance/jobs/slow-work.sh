# Takes WORK_SECONDS, and says so. The arguments say at what.
echo "Fire of $BELFRY_FIRE_TIME: $* ..."
sleep "${WORK_SECONDS:-75}"
echo "Done with $*."
