"""The school as a whole: a fresh one, snapshots, copies, settings and the lock on its home folder."""
