/**
 * Loaded into each child of the demo station with `--import`: when the station is killed outright, the
 * operating system closes the IPC channel, and the child ends as if it had been asked to. Nothing that was
 * started by `npm start` outlives it.
 */
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
});
// A listener on the channel keeps a process alive that has nothing else to do.
process.channel?.unref();
