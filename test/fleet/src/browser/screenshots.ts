import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** Where pictures of pages go to be looked at: ATOLL_TEST_SCREENSHOTS, or a folder of the machine's temporary files. */
export const SCREENSHOTS = process.env.ATOLL_TEST_SCREENSHOTS ?? join(tmpdir(), 'atoll-screenshots')

/** A picture of the page, as much as its window shows. */
export async function takePicture({ page }: { page: Page }, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true })
  const path = join(SCREENSHOTS, `${name}.png`)
  await rm(path, { force: true })
  await page.screenshot({ path })
}
