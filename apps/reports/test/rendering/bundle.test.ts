import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundleApp } from '@atoll/tooling/bundle'
import { expect, onTestFinished, test } from 'vitest'

const app = join(import.meta.dirname, '../..')

test('a bundle draws pictures and PDF with nothing else on disk', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-reports-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const made = join(folder, 'made')
  await mkdir(join(made, 'src'), { recursive: true })
  for (const each of [
    'node_modules',
    'src/rendering',
    'src/blocks.ts',
    'src/model.ts',
    'src/worker-url.ts',
    'test',
  ]) {
    await symlink(join(app, each), join(made, each))
  }
  // Pages are no part of what draws.
  const { atollBundle, ...manifest } = JSON.parse(await readFile(join(app, 'package.json'), 'utf8'))
  const parts = { ...atollBundle, apps: [] }
  await writeFile(join(made, 'package.json'), JSON.stringify({ ...manifest, atollBundle: parts }))
  await writeFile(
    join(made, 'src/main.ts'),
    `import { createRenderer } from './rendering/renderer.ts'
    import { SAMPLE } from '../test/rendering/sample.ts'
    const alive = setInterval(() => {}, 1000)
    const renderer = createRenderer()
    const options = { signal: new AbortController().signal }
    const pdf = await renderer.render(SAMPLE, 'pdf', options)
    const [picture] = await renderer.charts(SAMPLE, { as: 'png', theme: 'light' }, options)
    console.log(JSON.stringify([Buffer.from(pdf).subarray(0, 5).toString(), picture.data.length > 5000]))
    await renderer.close()
    clearInterval(alive)`,
  )
  await bundleApp(made)
  const alone = join(folder, 'alone')
  await cp(join(made, 'dist'), alone, { recursive: true })
  const { stdout } = await promisify(execFile)(process.execPath, ['main.mjs'], { cwd: alone, env: {} })
  expect(JSON.parse(stdout)).toEqual(['%PDF-', true])
})
