import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenedApp } from './open-app.ts'

/** Where pictures of pages go to be looked at: ATOLL_TEST_SCREENSHOTS, or a folder of the machine's temporary files. */
export const SCREENSHOTS = process.env.ATOLL_TEST_SCREENSHOTS ?? join(tmpdir(), 'atoll-screenshots')

/** A picture of the whole page, as the host shows it. */
export async function takePicture({ page }: OpenedApp, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true })
  const path = join(SCREENSHOTS, `${name}.png`)
  await rm(path, { force: true })
  await page.screenshot({ path })
}
