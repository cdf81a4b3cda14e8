/** Mocha's spec reporter, with every skip's reason in its title and one summary line at the very end. */
import Mocha from 'mocha'

/** For what the last test started to be gone. */
const GRACE_MS = 30_000

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    runner.once('end', () => {
      const { passes = 0, failures = 0, pending = 0 } = this.stats
      let leaks = 0
      process.on('exit', () =>
        console.log(`${passes} passed, ${failures + leaks} failed, ${pending} skipped`)
      )
      // What a test left running would keep the process, and whoever waits for it, for ever: it is named and is a failure.
      setTimeout(() => {
        leaks = 1
        console.error(
          `still running ${GRACE_MS / 1000} s after the last test: ${counted(process.getActiveResourcesInfo())}`
        )
        // Mocha sets the exit code from the failures that it counted, in a handler of its own: this one comes after it.
        process.on('exit', () => {
          process.exitCode = 1
        })
        process.exit()
      }, GRACE_MS).unref()
    })
  }
}

function counted(names) {
  const counts = Map.groupBy(names, name => name)
  return [...counts].map(([name, all]) => `${all.length} ${name}`).join(', ')
}
