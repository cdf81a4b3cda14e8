/**
 * The system's Chromium, without a window.
 */
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** Path of the first that is installed. */
export async function findChromium(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name)
      const isThere = await access(path, constants.X_OK).then(
        () => true,
        () => false
      )
      if (isThere) return path
    }
  }
  return undefined
}

export async function launchChromium(executablePath: string): Promise<Browser> {
  // Chromium refuses to build its sandbox for root, and finds too little shared memory in containers.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--mute-audio']
  return await chromium.launch({ executablePath, args })
}
