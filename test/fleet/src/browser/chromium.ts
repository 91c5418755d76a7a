import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const QUIET = ['--disable-quic', '--no-first-run', '--disable-component-update', '--disable-sync']

const MISSING =
  'There is no Chromium here, which the tests of pages need. Install it (apt-get install chromium), or set CHROMIUM_PATH.'

/** Whether tests of pages are left out, which is said. Where everything must pass they fail instead. */
export function leavesPagesOut(): boolean {
  if (process.env.CI || findChromium() !== undefined) return false
  process.stderr.write(`${MISSING} They are left out.\n`)
  return true
}

/** A browser without a window. Throws when the machine has none, saying what to do. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error(MISSING)
  // Root has no sandbox to give away.
  return await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', ...QUIET],
  })
}

/** The browser of CHROMIUM_PATH, or the first that is on the PATH. */
function findChromium(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env
  const places = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return [CHROMIUM_PATH ?? [], places].flat().find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
